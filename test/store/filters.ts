// Filters to search by: each condition by itself, and any of them together.
import fc from "fast-check";
import type { JobFilter, Range } from "../../src/job/filter.ts";
import type { StoredJob } from "../../src/store/search.ts";
import { filterOf, MIXED, STATES } from "./mixed-jobs.ts";
import { DAY, idOf, NOW, nameOf, SECOND } from "./new-jobs.ts";

/** Each tells some of the mixed jobs from the others. */
export const CONDITIONS: Readonly<Record<string, JobFilter>> = {
  "one state": { states: ["dead"] },
  states: { states: ["scheduled", "succeeded", "ready"] },
  retrying: { retrying: true },
  names: { names: [nameOf("mail"), nameOf("sms"), nameOf("nobody")] },
  "name prefixes": { namePrefixes: ["mail.", "f"] },
  "names or prefixes": { names: [nameOf("sms")], namePrefixes: ["mail"] },
  ids: { ids: ["job-0-0", "job-1-1", "job-0-3", "job-0-0", "nobody"].map(idOf) },
  workers: { workerIds: ["w2"] },
  "unique keys": { uniqueKeys: ["k1", "k3", "k1", "none"] },
  labels: { labels: { tenant: "2", region: "eu" } },
  "label keys": { labelKeys: ["tenant"] },
  "error classes": { errorClasses: ["TimeoutError", "none"] },
  "no error class": { errorClasses: [""] },
  "error text": { errorText: "REFUSED" },
  "text in the class": { errorText: "ünk" },
  "payload text": { payloadText: "ann@" },
  "payload text beyond ASCII": { payloadText: 'ü"' },
  enqueued: { enqueued: { least: NOW + 10 * SECOND, most: NOW + 10 * SECOND + 3 } },
  due: { due: { most: NOW + DAY + 2 * SECOND } },
  finished: { finished: { least: NOW + 10 * SECOND } },
  priority: { priority: { least: -1, most: 1 } },
  attempt: { attempt: { least: 1 } },
  failures: { failures: { least: 1, most: 1 } },
  "as of": { asOf: NOW + 12 * SECOND },
};

/** A few conditions together, with or without exclusions: few enough for some of these jobs to meet them. */
export function anyFilter(all: readonly StoredJob[]): fc.Arbitrary<JobFilter> {
  const some = <T>(list: readonly T[]) =>
    fc.uniqueArray(fc.constantFrom(...list), { minLength: 1, maxLength: 4 });
  const groups = all.flatMap(({ job }) => job.lastError?.group ?? []);
  const ids = fc.constantFrom(...all.map(({ job }) => job.id));
  const conditions = fc.record({
    states: some(STATES),
    retrying: fc.constant(true),
    names: some(MIXED.names.map(nameOf)),
    namePrefixes: some(["mail", "mail.", "s", "x"]),
    ids: fc.uniqueArray(ids, { minLength: 1, maxLength: 60, size: "max" }),
    workerIds: some(MIXED.workers),
    uniqueKeys: some([...MIXED.keys, "none"]),
    labels: fc.constantFrom({ tenant: "1" }, { tenant: "2", region: "eu" }),
    labelKeys: some(["tenant", "region"]),
    errorClasses: some(MIXED.classes),
    errorText: fc.constantFrom("timeout", "10.0"),
    errorGroup: fc.constantFrom(...groups),
    payloadText: fc.constantFrom("to", "ü"),
    enqueued: range(NOW, 40 * SECOND),
    due: range(NOW + DAY, 40 * SECOND),
    finished: range(NOW, 40 * SECOND),
    priority: range(-3, 6),
    attempt: range(0, 3),
    failures: range(0, 3),
    asOf: fc.integer({ min: NOW, max: NOW + 40 * SECOND }),
  });
  const filters = fc.tuple(conditions, fc.subarray(KEYS, { maxLength: 3 })).map(([values, keys]) => {
    return filterOf(Object.fromEntries(keys.map((key) => [key, values[key]])));
  });
  const narrow = filters.filter((filter) => Object.keys(filter).length > 0);
  return fc
    .tuple(filters, fc.array(narrow, { maxLength: 2 }))
    .map(([filter, exclude]) => (exclude.length > 0 ? { ...filter, exclude } : filter));
}

const KEYS = [
  ...(["states", "retrying", "names", "namePrefixes", "ids", "workerIds", "uniqueKeys", "labels"] as const),
  ...(["labelKeys", "errorClasses", "errorText", "errorGroup", "payloadText", "enqueued", "due"] as const),
  ...(["finished", "priority", "attempt", "failures", "asOf"] as const),
];

function range(from: number, span: number): fc.Arbitrary<Range> {
  const instant = fc.option(fc.integer({ min: from, max: from + span }), { nil: undefined, freq: 3 });
  return fc.record({ least: instant, most: instant }).map((bounds) => filterOf(bounds) as Range);
}
