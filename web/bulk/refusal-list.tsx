// Jobs that were not changed, each with its reason.
import { JobOutcome, type JobResult } from "../../src/gen/lakh/v1/operation_pb.ts";
import { UserText } from "../text/text.tsx";

export function RefusalList({ refused }: { readonly refused: readonly JobResult[] }) {
  return (
    <ul className="bulk-samples">
      {refused.map(({ id, outcome, reason }) => (
        <li key={id}>
          <span className="mono">
            <UserText text={id} max={40} />
          </span>
          <span className="quiet">
            {outcome === JobOutcome.NOT_FOUND ? (
              "there is no such job any more"
            ) : (
              <UserText text={reason} max={160} />
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
