// What can be done with a job, by its state. Each change asks first, in the one dialog for it.
import { type Job, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type BulkRequest, openBulk } from "../bulk/bulk-store.ts";
import { openEnqueue } from "../enqueue/enqueue-store.ts";
import { type KeyMap, useKeys } from "../keys/keys.ts";
import { useMay } from "../shell/me.ts";
import { specOfJob } from "./spec-of-job.ts";
import { isUnfinished } from "./use-job.ts";

export interface JobActionsProps {
  readonly job: Job;
  readonly copyAs: () => void;
}

export function JobActions({ job, copyAs }: JobActionsProps) {
  const may = useMay();
  const can = abilitiesOf(job, may.change);
  const ask = (kind: BulkRequest["kind"]) => () => openBulk({ kind, ids: [job.id] });
  useKeys(keysOf(can, { ask, copyAs }));
  return (
    <div className="row">
      {can.retry && <Action name="Retry" press={ask("retry")} />}
      {can.runNow && <Action name="Run now" press={ask("run_now")} />}
      {can.cancel && <Action name="Cancel" press={ask("cancel")} />}
      {may.change && <Action name="Enqueue a copy" press={() => openEnqueue(specOfJob(job, Date.now()))} />}
      <Action name="Copy as" press={copyAs} />
      {can.delete && <Action name="Delete" press={ask("delete")} isDanger />}
    </div>
  );
}

interface Abilities {
  readonly retry: boolean;
  readonly runNow: boolean;
  readonly cancel: boolean;
  readonly delete: boolean;
}

function abilitiesOf(job: Job, mayChange: boolean): Abilities {
  const { state } = job;
  return {
    retry: mayChange && (state === JobState.DEAD || state === JobState.CANCELLED),
    runNow: mayChange && state === JobState.SCHEDULED,
    cancel: mayChange && isUnfinished(job),
    delete: mayChange && state !== JobState.RESERVED,
  };
}

interface KeyActions {
  readonly ask: (kind: BulkRequest["kind"]) => () => void;
  readonly copyAs: () => void;
}

function keysOf(can: Abilities, { ask, copyAs }: KeyActions): KeyMap {
  return {
    c: { does: "copy the job as a call", run: copyAs },
    ...(can.retry && { r: { does: "retry the job", run: ask("retry") } }),
    ...(can.delete && { "#": { does: "delete the job, after a question", run: ask("delete") } }),
  };
}

interface ActionProps {
  readonly name: string;
  readonly press: () => void;
  readonly isDanger?: boolean;
}

function Action({ name, press, isDanger }: ActionProps) {
  return (
    <button type="button" className={isDanger ? "button danger" : "button"} onClick={press}>
      {name}
    </button>
  );
}
