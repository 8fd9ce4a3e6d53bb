// One job of a group with its last error in full.
import { useQuery } from "@connectrpc/connect-query";
import { type Job, type JobError, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { Section } from "../parts/section.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";

export function GroupSample({ jobId }: { readonly jobId: string }) {
  const { data } = useQuery(ProducerService.method.getJob, { id: jobId }, { enabled: jobId !== "" });
  const job = data?.job;
  if (!job) return null;

  return (
    <Section title="One of them" aside={<SampleLink id={job.id} />}>
      <div className="panel padded sample">
        <ErrorInFull error={errorOf(job)} />
      </div>
    </Section>
  );
}

function SampleLink({ id }: { readonly id: string }) {
  return (
    <Link screen="job" params={{ id }} className="mono">
      <UserText text={id} />
    </Link>
  );
}

/** That of its last attempt, with the stack, which `last_error` leaves out. */
function errorOf({ attempts, lastError, state }: Job): JobError | undefined {
  const last = attempts.findLast(({ error }) => error !== undefined)?.error;
  return state === JobState.SUCCEEDED ? undefined : (last ?? lastError);
}

function ErrorInFull({ error }: { readonly error: JobError | undefined }) {
  if (!error) return <p className="quiet">No worker said what went wrong.</p>;

  return (
    <>
      <p>
        <strong className="mono">
          <UserText text={error.class || "no class"} />
        </strong>
      </p>
      <p>
        <UserText text={error.message} lines="many" />
      </p>
      {error.stack && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <pre className="stack" tabIndex={0}>
          <UserText text={error.stack} lines="many" />
        </pre>
      )}
    </>
  );
}
