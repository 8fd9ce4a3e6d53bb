// The table of what may differ between the two paths, and why. Whatever is not in it must be the same.
import type { LogRecord } from "./pair.ts";

interface Allowed {
  readonly what: string;
  readonly why: string;
  /** Takes the difference away from a record of the log, on either side. */
  readonly forgive: (record: LogRecord) => LogRecord;
}

export const ALLOWED: readonly Allowed[] = [
  {
    what: "the code in the log's line of a call whose client left before its answer",
    why: "connect tells some codes of RST_STREAM apart; the fast path says Canceled, since nobody hears it any more",
    forgive: (record) => (record.text === "rpc ended" ? { ...record, code: "left" } : record),
  },
];

/** The records without what may differ. */
export function forgiven(records: readonly LogRecord[]): LogRecord[] {
  return records.map((record) => ALLOWED.reduce((left, { forgive }) => forgive(left), record));
}
