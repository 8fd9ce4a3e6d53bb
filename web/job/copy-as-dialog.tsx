// The job as a call that enqueues one like it, in five languages.

import { create } from "@bufbuild/protobuf";
import { useMemo, useState } from "react";
import { type Job, JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import { CallView } from "../enqueue/call-view.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { specOfJob } from "./spec-of-job.ts";
import { Veiled } from "./veiled.tsx";

export function CopyAsDialog({ job, close }: { readonly job: Job; readonly close: () => void }) {
  const [hasId, setHasId] = useState(false);
  const spec = useMemo(
    () => create(JobSpecSchema, { ...specOfJob(job, Date.now()), ...(hasId && { id: job.id }) }),
    [job, hasId],
  );
  return (
    <Dialog title="Copy as" close={close}>
      <p className="quiet">A call that enqueues a job like this one.</p>
      <label className="row">
        <input type="checkbox" checked={hasId} onChange={({ target }) => setHasId(target.checked)} />
        With its id: where the job is stored already, nothing changes
      </label>
      <Veiled what="The call with its payload">
        <CallView spec={spec} />
      </Veiled>
    </Dialog>
  );
}
