// What a filter means and where its bounds are, as tables: for each field a message and the filter that it is, and what
// is refused by which words. A reader is judged by all of them, so that a wrong one can be told from the right one.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { type JobFilter as FilterMessage, JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import type { JobFilter } from "../../src/job/filter.ts";
import type { JobId, JobName } from "../../src/job/job.ts";

type Said = MessageInitShape<typeof JobFilterSchema>;
export type Reader = (field: string, said: FilterMessage) => JobFilter;

const many = (count: number, prefix = "") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const text = (length: number) => "x".repeat(length);
const at = (seconds: number, nanos = 0) => ({ seconds: BigInt(seconds), nanos });
const labels = (count: number) => Object.fromEntries(many(count).map((key) => [key, text(128)]));
const name = (one: string) => one as JobName;
const LAST_SECOND = 253_402_300_799;
const GROUP = "0123456789abcdef";
const STATES = ["scheduled", "ready", "reserved", "succeeded", "dead", "cancelled"] as const;

/** Each field, and what it is in the rules' words. */
const MEANINGS: readonly (readonly [what: string, said: Said, filter: JobFilter])[] = [
  ["nothing", {}, {}],
  [
    "states, each once",
    { states: [JobState.DEAD, JobState.READY, JobState.DEAD] },
    { states: ["dead", "ready"] },
  ],
  ["six states", { states: [1, 2, 3, 4, 5, 6] }, { states: STATES }],
  ["retrying", { retrying: true }, { retrying: true }],
  ["names, each once", { names: ["a", "b", "a"] }, { names: [name("a"), name("b")] }],
  ["name prefixes", { namePrefixes: ["mail."] }, { namePrefixes: ["mail."] }],
  ["ids", { ids: ["one", "two"] }, { ids: ["one" as JobId, "two" as JobId] }],
  ["workers", { workerIds: ["w-1"] }, { workerIds: ["w-1"] }],
  ["unique keys", { uniqueKeys: ["tenant 42"] }, { uniqueKeys: ["tenant 42"] }],
  ["labels", { labels: { b: "2", a: "" } }, { labels: { a: "", b: "2" } }],
  ["keys of labels", { labelKeys: ["tenant"] }, { labelKeys: ["tenant"] }],
  ["classes of errors, one of them empty", { errorClasses: ["", "Oops"] }, { errorClasses: ["", "Oops"] }],
  ["a text in an error", { errorText: "Refused" }, { errorText: "Refused" }],
  ["a group of errors", { errorGroup: GROUP }, { errorGroup: GROUP }],
  ["a text in a payload", { payloadText: '"a"' }, { payloadText: '"a"' }],
  ["enqueued since", { enqueued: { since: at(1) } }, { enqueued: { least: 1_000 } }],
  ["due before", { due: { before: at(2) } }, { due: { most: 1_999 } }],
  [
    "finished between",
    { finished: { since: at(1), before: at(2) } },
    { finished: { least: 1_000, most: 1_999 } },
  ],
  [
    "instants between two milliseconds",
    { due: { since: at(1, 1), before: at(2, 999_999) } },
    { due: { least: 1_001, most: 2_000 } },
  ],
  [
    "the first and the last instant",
    { due: { since: at(0), before: at(LAST_SECOND, 999_000_000) } },
    { due: { least: 0, most: LAST_SECOND * 1_000 + 998 } },
  ],
  ["priority at least", { priority: { least: 1 } }, { priority: { least: 1 } }],
  ["attempt at most 0", { attempt: { most: 0 } }, { attempt: { most: 0 } }],
  ["failures exactly", { failures: { least: 3, most: 3 } }, { failures: { least: 3, most: 3 } }],
  [
    "exclusions",
    { exclude: [{ names: ["a"] }, { retrying: true }] },
    { exclude: [{ names: [name("a")] }, { retrying: true }] },
  ],
];

/** One field, at its bound and one step outside of it. */
const BOUNDS: readonly (readonly [what: string, within: Said, outside: Said, words: RegExp])[] = [
  [
    "6 states",
    { states: [1, 2, 3, 4, 5, 6] },
    { states: [1, 2, 3, 4, 5, 6, 1] },
    /^f\.states: must be at most 6, is 7/,
  ],
  ["a state", { states: [1] }, { states: [1, 0] }, /^f\.states\[1\]: must be a state/],
  ["a known state", { states: [6] }, { states: [7 as JobState] }, /^f\.states\[0\]: must be a state/],
  ["100 names", { names: many(100) }, { names: many(101) }, /^f\.names: must be at most 100, is 101/],
  ["a name of 128", { names: [text(128)] }, { names: ["a", text(129)] }, /^f\.names\[1\]: must be 1 to 128/],
  ["a name of 1", { names: ["a"] }, { names: [""] }, /^f\.names\[0\]: must be 1 to 128/],
  ["a name's characters", { names: ["a.b"] }, { names: ["a*"] }, /^f\.names\[0\]: must be 1 to 128/],
  [
    "100 prefixes",
    { namePrefixes: many(100) },
    { namePrefixes: many(101) },
    /^f\.name_prefixes: .* 100, is 101/,
  ],
  [
    "a prefix of 128",
    { namePrefixes: [text(128)] },
    { namePrefixes: [text(129)] },
    /^f\.name_prefixes\[0\]: must/,
  ],
  [
    "a prefix of 1",
    { namePrefixes: ["a"] },
    { namePrefixes: [""] },
    /^f\.name_prefixes\[0\]: must be 1 to 128/,
  ],
  ["1000 ids", { ids: many(1_000) }, { ids: many(1_001) }, /^f\.ids: must be at most 1000, is 1001/],
  ["an id of 128", { ids: [text(128)] }, { ids: [text(129)] }, /^f\.ids\[0\]: must be 1 to 128 printable/],
  ["an id's characters", { ids: ["a/b"] }, { ids: ["a b"] }, /^f\.ids\[0\]: must be 1 to 128 printable/],
  [
    "100 workers",
    { workerIds: many(100) },
    { workerIds: many(101) },
    /^f\.worker_ids: .* at most 100, is 101/,
  ],
  [
    "a worker of 128",
    { workerIds: [text(128)] },
    { workerIds: [text(129)] },
    /^f\.worker_ids\[0\]: must be 1/,
  ],
  [
    "100 unique keys",
    { uniqueKeys: many(100) },
    { uniqueKeys: many(101) },
    /^f\.unique_keys: .* 100, is 101/,
  ],
  [
    "a key of 256",
    { uniqueKeys: [text(256)] },
    { uniqueKeys: [text(257)] },
    /^f\.unique_keys\[0\]: must be 1 to 256/,
  ],
  [
    "a key's characters",
    { uniqueKeys: [" "] },
    { uniqueKeys: ["\n"] },
    /^f\.unique_keys\[0\]: .* control character/,
  ],
  ["32 labels", { labels: labels(32) }, { labels: labels(33) }, /^f\.labels: must be at most 32/],
  ["a label of 128", { labels: { a: text(128) } }, { labels: { a: text(129) } }, /^f\.labels\["a"\]: .* 128/],
  [
    "a label's key of 128",
    { labels: { [text(128)]: "" } },
    { labels: { [text(129)]: "" } },
    /^f\.labels: .* keys/,
  ],
  [
    "32 label keys",
    { labelKeys: many(32) },
    { labelKeys: many(33) },
    /^f\.label_keys: must be at most 32, is 33/,
  ],
  [
    "a label key of 128",
    { labelKeys: [text(128)] },
    { labelKeys: [text(129)] },
    /^f\.label_keys\[0\]: must be 1 to 128/,
  ],
  ["a label key of 1", { labelKeys: ["a"] }, { labelKeys: [""] }, /^f\.label_keys\[0\]: must be 1 to 128/],
  [
    "100 classes",
    { errorClasses: many(100) },
    { errorClasses: many(101) },
    /^f\.error_classes: .* 100, is 101/,
  ],
  [
    "a class of 200",
    { errorClasses: [text(200)] },
    { errorClasses: [text(201)] },
    /^f\.error_classes\[0\]: .* 200/,
  ],
  [
    "an error text of 200",
    { errorText: text(200) },
    { errorText: text(201) },
    /^f\.error_text: .* at most 200/,
  ],
  [
    "a group's digits",
    { errorGroup: GROUP },
    { errorGroup: GROUP.toUpperCase() },
    /^f\.error_group: must be 16/,
  ],
  [
    "a group of 16",
    { errorGroup: GROUP },
    { errorGroup: `${GROUP}0` },
    /^f\.error_group: must be 16 hexadecimal/,
  ],
  [
    "a payload text of 200",
    { payloadText: text(200) },
    { payloadText: text(201) },
    /^f\.payload_text: .* most 200/,
  ],
  ["since 1970", { due: { since: at(0) } }, { due: { since: at(-1) } }, /^f\.due\.since: must be from 1970/],
  [
    "until 9999",
    { due: { since: at(LAST_SECOND) } },
    { due: { since: at(LAST_SECOND + 1) } },
    /^f\.due\.since: must/,
  ],
  [
    "nanos",
    { due: { before: at(1, 5) } },
    { due: { before: at(1, 1_000_000_000) } },
    /^f\.due\.before: must be a valid/,
  ],
  [
    "a span of time",
    { finished: { since: at(1) } },
    { finished: {} },
    /^f\.finished: must have since, before or both/,
  ],
  [
    "a span of a millisecond",
    { enqueued: { since: at(1), before: at(1, 1_000_000) } },
    { enqueued: { since: at(1), before: at(1) } },
    /^f\.enqueued\.before: must be after f\.enqueued\.since/,
  ],
  [
    "a span of numbers",
    { priority: { most: 0 } },
    { priority: {} },
    /^f\.priority: must have least, most or both/,
  ],
  [
    "one number",
    { attempt: { least: 2, most: 2 } },
    { attempt: { least: 2, most: 1 } },
    /^f\.attempt\.most: must be at/,
  ],
  ["failures", { failures: { least: 0 } }, { failures: {} }, /^f\.failures: must have least, most or both/],
  [
    "32 exclusions",
    { exclude: Array(32).fill({ retrying: true }) },
    { exclude: Array(33).fill({ retrying: true }) },
    /^f\.exclude: must be at most 32, is 33/,
  ],
  [
    "an exclusion",
    { exclude: [{ retrying: true }] },
    { exclude: [{}] },
    /^f\.exclude\[0\]: must not be empty/,
  ],
  [
    "no exclusion of exclusions",
    { exclude: [{ retrying: true }] },
    { exclude: [{ retrying: true, exclude: [{ retrying: true }] }] },
    /^f\.exclude\[0\]\.exclude: must be empty/,
  ],
  [
    "an exclusion's names",
    { exclude: [{ names: ["a"] }] },
    { exclude: [{ names: ["a"] }, { names: ["a", "a b"] }] },
    /^f\.exclude\[1\]\.names\[1\]: must be 1 to 128/,
  ],
];

/** What is wrong with the reader; empty when nothing is. */
export function findFaults(read: Reader): string[] {
  const faults: string[] = [];
  for (const [what, said, filter] of MEANINGS) {
    const [is, should] = [JSON.stringify(wordOf(read, said)), JSON.stringify(filter)];
    if (is !== should) faults.push(`${what}: is ${is}, should be ${should}`);
  }
  for (const [what, within, outside, words] of BOUNDS) {
    const taken = wordOf(read, within);
    if (typeof taken === "string") faults.push(`${what}: ${taken}`);
    const refusal = wordOf(read, outside);
    if (typeof refusal !== "string" || !words.test(refusal))
      faults.push(`${what}: one step outside it says ${JSON.stringify(refusal).slice(0, 200)}`);
  }
  return faults;
}

/** Every message that is a filter. */
export const FILTERS: readonly FilterMessage[] = [
  ...MEANINGS.map(([, said]) => create(JobFilterSchema, said)),
  ...BOUNDS.map(([, within]) => create(JobFilterSchema, within)),
];

function wordOf(read: Reader, said: Said): JobFilter | string {
  try {
    return read("f", create(JobFilterSchema, said));
  } catch (error) {
    if (error instanceof ConnectError) return error.rawMessage;
    throw error;
  }
}
