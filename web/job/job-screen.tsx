// One job: why it is not running, its line of life, what it carries, and what can be done with it.
import { useState } from "react";
import type { Explanation, Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { Failure, ScreenHead, Section, Waiting } from "../parts/section.tsx";
import { StateBadge, standingOf } from "../parts/state.tsx";
import { Link, usePlace } from "../shell/router.tsx";
import { CopyButton } from "../text/copy.tsx";
import { UserText } from "../text/text.tsx";
import { CopyAsDialog } from "./copy-as-dialog.tsx";
import "./job.css";
import { JobActions } from "./job-actions.tsx";
import { JobContent } from "./job-content.tsx";
import { JobFacts } from "./job-facts.tsx";
import { LifeLine } from "./life-line-view.tsx";
import { UnknownJob } from "./unknown-job.tsx";
import { useJob } from "./use-job.ts";

export function JobScreen() {
  const id = usePlace().params.id ?? "";
  // Another job begins anew: nothing that was opened or shown of one holds for the next.
  return <OneJob key={id} id={id} />;
}

function OneJob({ id }: { readonly id: string }) {
  const { job, explanation, isUnknown, error, refetch } = useJob(id);
  if (isUnknown || id === "") return <UnknownJob id={id} />;
  if (job) return <JobInFull job={job} explanation={explanation} />;

  return (
    <>
      <ScreenHead title="Job" />
      {error ? <Failure error={error} retry={refetch} /> : <Waiting />}
    </>
  );
}

interface JobInFullProps {
  readonly job: Job;
  readonly explanation: Explanation | undefined;
}

function JobInFull({ job, explanation }: JobInFullProps) {
  const [isCopying, setCopying] = useState(false);
  return (
    <>
      <div className="job-head">
        <ScreenHead title={<JobId id={job.id} />}>
          <JobActions job={job} copyAs={() => setCopying(true)} />
        </ScreenHead>
        <p className="row">
          <StateBadge standing={standingOf(job)} />
          <Link screen="queue" params={{ name: job.name }}>
            <UserText text={job.name} />
          </Link>
          <CopyButton text={job.id} label="Copy the id" />
        </p>
      </div>
      <Why explanation={explanation} job={job} />
      <div className="job-columns">
        <Section title="Line of life">
          <div className="panel padded">
            <LifeLine job={job} />
          </div>
        </Section>
        <Section title="Facts">
          <div className="panel padded">
            <JobFacts job={job} />
          </div>
        </Section>
        <JobContent job={job} />
      </div>
      {isCopying && <CopyAsDialog job={job} close={() => setCopying(false)} />}
    </>
  );
}

function JobId({ id }: { readonly id: string }) {
  return (
    <span className="mono job-id">
      <UserText text={id} />
    </span>
  );
}

/** Why it is not running, or what it does instead: the server's one sentence. */
function Why({ explanation, job }: JobInFullProps) {
  return (
    <p className="why" data-state={standingOf(job)}>
      <UserText text={explanation?.sentence ?? ""} />
    </p>
  );
}
