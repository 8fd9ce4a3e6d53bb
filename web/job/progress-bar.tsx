// How far a worker has come, in its own words.
import type { Progress } from "../../src/gen/lakh/v1/job_pb.ts";
import { formatShare } from "../format/numbers.ts";
import { UserText } from "../text/text.tsx";

export function ProgressBar({ progress: { fraction, text } }: { readonly progress: Progress }) {
  return (
    <p className="row job-progress">
      <meter min={0} max={1} value={fraction} aria-label="Progress" />
      <span>{formatShare(fraction)}</span>
      {text !== "" && (
        <span className="quiet">
          <UserText text={text} />
        </span>
      )}
    </p>
  );
}
