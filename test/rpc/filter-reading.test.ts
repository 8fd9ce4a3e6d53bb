// JobFilter from the wire to the rules and back, and readers that are wrong in one way each, which the tables must catch.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clone, create, toBinary } from "@bufbuild/protobuf";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { isEmpty, readFilter } from "../../src/rpc/filter-reading.ts";
import { viewFilter } from "../../src/rpc/filter-view.ts";
import { FILTERS, findFaults, type Reader } from "./filter-cases.ts";

test("a filter is read as it is meant, and refused one step outside of each bound", () => {
  assert.deepEqual(findFaults(readFilter), []);
});

test("what is shown of a filter is read as the same filter again", () => {
  for (const said of FILTERS) {
    const filter = readFilter("f", said);
    assert.deepEqual(readFilter("f", viewFilter(filter)), filter);
  }
});

test("only a filter without any condition is empty", () => {
  for (const said of FILTERS) {
    const filter = readFilter("f", said);
    assert.equal(isEmpty(filter), toBinary(JobFilterSchema, said).length === 0, JSON.stringify(filter));
  }
});

test("an exclusion has the same fields and bounds as a filter", () => {
  const inside: Reader = (field, said) => {
    if (isEmpty(readFilter(field, said)) || said.exclude.length > 0) return readFilter(field, said);
    const within = create(JobFilterSchema, { exclude: [said] });
    try {
      return readFilter(field, within).exclude?.[0] ?? {};
    } catch (error) {
      throw renamed(error, `${field}.exclude[0]`, field);
    }
  };
  assert.deepEqual(findFaults(inside), []);
});

function renamed(error: unknown, from: string, to: string): unknown {
  if (error instanceof Error) Object.assign(error, { rawMessage: error.message.replaceAll(from, to) });
  return error;
}

/** By the mistake. */
const MUTANTS: Readonly<Record<string, Reader>> = {
  "a field is forgotten": changed((said) => {
    said.errorClasses = [];
  }),
  "prefixes are taken for names": (field, said) => {
    const { namePrefixes, ...filter } = readFilter(field, said);
    return namePrefixes ? { ...filter, names: namePrefixes as never } : filter;
  },
  "a list may be one longer": changed((said) => {
    said.ids = said.ids.slice(0, LIMITS.filterIdsMax);
  }),
  "a text may be one longer": changed((said) => {
    said.payloadText = said.payloadText.slice(0, LIMITS.filterTextLengthMax);
  }),
  "an empty prefix, which is every name, is taken": changed((said) => {
    said.namePrefixes = said.namePrefixes.map((prefix) => prefix || "a");
  }),
  "the end of a span is part of it": (field, said) => {
    const filter = readFilter(field, said);
    return filter.due?.most === undefined
      ? filter
      : { ...filter, due: { ...filter.due, most: filter.due.most + 1 } };
  },
  "an instant is rounded down": changed((said) => {
    for (const instant of [said.due?.since, said.due?.before])
      if (instant) instant.nanos -= instant.nanos % 1_000_000;
  }),
  "a span without ends is no condition": changed((said) => {
    if (said.finished && !said.finished.since && !said.finished.before) delete said.finished;
  }),
  "zero is taken for absent": changed((said) => {
    if (said.attempt?.most === 0) delete said.attempt;
  }),
  "an exclusion is not checked": changed((said) => {
    for (const one of said.exclude) one.names = one.names.map((name) => name.replaceAll(" ", ""));
  }),
  "a state that there is not is passed over": changed((said) => {
    said.states = said.states.filter((state) => state !== 0);
  }),
  "the refused field is not named by its path": (field, said) => readFilter(field.slice(1), said),
};

/** Reads another message than the one that was said. */
function changed(change: (said: Parameters<Reader>[1]) => void): Reader {
  return (field, said) => {
    const other = clone(JobFilterSchema, said);
    change(other);
    return readFilter(field, other);
  };
}

describe("the tables catch a reader when", () => {
  for (const [mistake, mutant] of Object.entries(MUTANTS)) {
    test(mistake, (t) => {
      const [fault] = findFaults(mutant);
      assert.ok(fault, "nothing was found");
      t.diagnostic(fault.slice(0, 200));
    });
  }
});
