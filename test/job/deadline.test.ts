// The one instant at which the server must look at a job again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deadlineOf } from "../../src/job/deadline.ts";
import { DAY, NOW, RETENTION, SAMPLES, SECOND, STANDINGS, type Standing } from "./samples.ts";

const ENDED = NOW - SECOND;

const DEADLINES: Readonly<Record<Standing, number | undefined>> = {
  delayed: NOW + 30 * SECOND,
  backedOff: NOW + 30 * SECOND,
  fresh: undefined,
  released: undefined,
  reserved: NOW + 60 * SECOND,
  gone: NOW + 10 * SECOND,
  inTransit: NOW + 60 * SECOND,
  succeeded: ENDED + DAY,
  dead: ENDED + 180 * DAY,
  cancelled: ENDED + 2 * DAY,
};

for (const standing of STANDINGS) {
  test(`a ${standing} job has the deadline that its state says, or none`, () => {
    assert.equal(deadlineOf(SAMPLES[standing], RETENTION), DEADLINES[standing]);
  });
}

test("start_by is the deadline of a ready job, and of a scheduled one that is due later than that", () => {
  const startBy = NOW + 5;

  assert.equal(deadlineOf({ ...SAMPLES.fresh, startBy }, RETENTION), startBy);
  assert.equal(deadlineOf({ ...SAMPLES.delayed, startBy }, RETENTION), startBy);
  assert.equal(deadlineOf({ ...SAMPLES.delayed, startBy: NOW + DAY }, RETENTION), DEADLINES.delayed);
});

test("start_by is no deadline once the job was started", () => {
  for (const standing of ["backedOff", "released", "reserved", "succeeded"] as const) {
    assert.equal(deadlineOf({ ...SAMPLES[standing], startBy: NOW - DAY }, RETENTION), DEADLINES[standing]);
  }
});

test("a reservation that ends before the grace is not made longer by it", () => {
  const state = { ...SAMPLES.gone.state, until: NOW + 1, goneUntil: NOW + 10 } as typeof SAMPLES.gone.state;
  assert.equal(deadlineOf({ ...SAMPLES.gone, state }, RETENTION), NOW + 1);
});

test("keep_result takes the place of the server's retention for a job that succeeded, and for no other", () => {
  for (const keepResultMs of [0, 1, 400 * DAY]) {
    assert.equal(deadlineOf({ ...SAMPLES.succeeded, keepResultMs }, RETENTION), ENDED + keepResultMs);
    for (const standing of ["dead", "cancelled", "reserved", "delayed"] as const)
      assert.equal(deadlineOf({ ...SAMPLES[standing], keepResultMs }, RETENTION), DEADLINES[standing]);
  }
});

test("a finished job that is not kept is due at once", () => {
  assert.equal(deadlineOf(SAMPLES.succeeded, { ...RETENTION, succeeded: 0 }), ENDED);
});
