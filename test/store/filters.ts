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

/** Conditions that some of these jobs meet, any number of them, with or without exclusions. */
export function anyFilter(all: readonly StoredJob[]): fc.Arbitrary<JobFilter> {
  const maybe = <T>(of: fc.Arbitrary<T>, freq = 5) => fc.option(of, { nil: undefined, freq });
  const some = <T>(list: readonly T[]) =>
    fc.uniqueArray(fc.constantFrom(...list), { minLength: 1, maxLength: 4 });
  const groups = [...new Set(all.map(({ job }) => job.lastError?.group ?? "0000000000000000"))];
  const conditions = fc.record({
    states: maybe(some(STATES), 2),
    retrying: maybe(fc.constant(true as const), 7),
    names: maybe(some(MIXED.names.map(nameOf)), 2),
    namePrefixes: maybe(some(["mail", "mail.", "s", "x"]), 4),
    ids: maybe(
      fc.uniqueArray(fc.constantFrom(...all.map(({ job }) => job.id)), { minLength: 1, maxLength: 30 }),
      6,
    ),
    workerIds: maybe(some(MIXED.workers), 9),
    uniqueKeys: maybe(some([...MIXED.keys, "none"]), 5),
    labels: maybe(fc.constantFrom({ tenant: "1" }, { tenant: "2", region: "eu" }), 9),
    labelKeys: maybe(some(["tenant", "region"]), 9),
    errorClasses: maybe(some(MIXED.classes), 9),
    errorText: maybe(fc.constantFrom("timeout", "10.0"), 9),
    errorGroup: maybe(fc.constantFrom(...groups), 5),
    payloadText: maybe(fc.constantFrom("to", "ü"), 9),
    enqueued: maybe(range(NOW, 40 * SECOND), 9),
    due: maybe(range(NOW + DAY, 40 * SECOND), 9),
    finished: maybe(range(NOW, 40 * SECOND), 7),
    priority: maybe(range(-3, 6), 9),
    attempt: maybe(range(0, 3), 9),
    failures: maybe(range(0, 3), 9),
    asOf: maybe(fc.integer({ min: NOW, max: NOW + 40 * SECOND }), 6),
  });
  const filters = conditions.map((one) => filterOf(one));
  return fc
    .tuple(filters, maybe(fc.array(filters, { minLength: 1, maxLength: 3 }), 5))
    .map(([filter, exclude]) => (exclude ? { ...filter, exclude } : filter));
}

function range(from: number, span: number): fc.Arbitrary<Range> {
  const instant = fc.option(fc.integer({ min: from, max: from + span }), { nil: undefined, freq: 3 });
  return fc.record({ least: instant, most: instant }).map((bounds) => filterOf(bounds) as Range);
}
