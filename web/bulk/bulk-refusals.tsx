// What a change of some jobs came to, when not all of them could be changed.
import type { JobResult } from "../../src/gen/lakh/v1/operation_pb.ts";
import { formatMany } from "../format/numbers.ts";
import { Dialog } from "../parts/dialog.tsx";
import { type BulkKind, closeBulk } from "./bulk-store.ts";
import { BULK_WORDS } from "./bulk-words.ts";
import { refusedOf } from "./foreseen.ts";
import { RefusalList } from "./refusal-list.tsx";

export interface BulkRefusalsProps {
  readonly kind: BulkKind;
  readonly results: readonly JobResult[];
}

export function BulkRefusals({ kind, results }: BulkRefusalsProps) {
  const refused = refusedOf(results);
  const foot = (
    <button type="button" className="button primary" onClick={closeBulk}>
      Close
    </button>
  );
  return (
    <Dialog title={BULK_WORDS[kind].verb} close={closeBulk} foot={foot}>
      <p role="status">
        {formatMany(results.length - refused.length, "job")} {BULK_WORDS[kind].done},{" "}
        {formatMany(refused.length, "job")} left alone:
      </p>
      <RefusalList refused={refused} />
    </Dialog>
  );
}
