// What became of the job that was sent: where it is, and whether it was there already.
import type { ReactNode } from "react";
import type { EnqueuedJob } from "../../src/gen/lakh/v1/producer_pb.ts";
import { StateBadge, wordOfState } from "../parts/state.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { closeEnqueue } from "./enqueue-store.ts";

export function EnqueueAnswer({ answer }: { readonly answer: EnqueuedJob | undefined }) {
  return (
    <div className="enqueue-answer" role="status">
      {answer && <Answer answer={answer} />}
    </div>
  );
}

function Answer({
  answer: { id, state, duplicate, replacedId },
}: {
  readonly answer: EnqueuedJob;
}): ReactNode {
  return (
    <>
      <StateBadge standing={wordOfState(state)} />
      <span>
        {duplicate ? "Nothing new: it is a duplicate of " : "Enqueued as "}
        <JobLink id={id} />
        {replacedId !== "" && (
          <>
            {" "}
            in place of <JobLink id={replacedId} />
          </>
        )}
      </span>
    </>
  );
}

function JobLink({ id }: { readonly id: string }) {
  return (
    <Link screen="job" params={{ id }} className="mono" onClick={closeEnqueue}>
      <UserText text={id} />
    </Link>
  );
}
