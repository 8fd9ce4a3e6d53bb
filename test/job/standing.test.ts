// What a job counts as, and the instant by which it is listed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Job } from "../../src/job/job.ts";
import {
  instantOf,
  type Standing as Standings,
  sinceOf,
  standingOf,
  type Troubled,
  troubleOf,
} from "../../src/job/standing.ts";
import { NOW, SAMPLES, SECOND, STANDINGS, type Standing } from "./samples.ts";

const BEFORE = NOW - SECOND;
const DUE = NOW + 30 * SECOND;

type Row = readonly [standing: Standings, trouble: Troubled | undefined, since: number, instant: number];

const ROWS: Readonly<Record<Standing, Row>> = {
  delayed: ["scheduled", undefined, BEFORE, DUE],
  backedOff: ["retrying", "retrying", BEFORE, DUE],
  fresh: ["ready", undefined, BEFORE, BEFORE],
  released: ["ready", undefined, BEFORE, BEFORE],
  reserved: ["reserved", undefined, BEFORE, BEFORE],
  gone: ["reserved", undefined, BEFORE, BEFORE],
  inTransit: ["reserved", undefined, BEFORE, BEFORE],
  succeeded: ["succeeded", undefined, BEFORE, BEFORE],
  dead: ["dead", "dead", BEFORE, BEFORE],
  cancelled: ["cancelled", undefined, BEFORE, BEFORE],
};

describe("a job counts as, is in a group as, has been so since, and is listed by:", () => {
  for (const standing of STANDINGS) {
    test(`${standing}: ${ROWS[standing].slice(0, 2).join(", ")}`, () => {
      const job = SAMPLES[standing];
      assert.deepEqual([standingOf(job), troubleOf(job), sinceOf(job), instantOf(job)], ROWS[standing]);
    });
  }
});

test("a job that waits after a loss is retrying when it has failed too, else scheduled", () => {
  assert.equal(standingOf({ ...SAMPLES.delayed, attempt: 1, losses: 1 }), "scheduled");
  assert.equal(standingOf({ ...SAMPLES.backedOff, losses: 1 }), "retrying");
});

test("a job without a last error is in no group: one stored before there were any", () => {
  for (const standing of ["dead", "backedOff"] as const) {
    const { lastError: _, ...job }: Job = SAMPLES[standing];
    assert.equal(troubleOf(job), undefined);
  }
});
