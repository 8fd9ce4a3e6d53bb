// Batches in the background: as large as may be without anybody noticing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BatchSize } from "../../src/broker/batch-size.ts";

/** The size after so many full batches on a machine that takes so many milliseconds for a job, and so many to write. */
function settled({
  jobMs,
  writeMs = 0,
  batches = 20,
}: {
  jobMs: number;
  writeMs?: number;
  batches?: number;
}) {
  const size = new BatchSize();
  const sizes: number[] = [];
  for (let i = 0; i < batches; i++) {
    sizes.push(size.jobs);
    size.took(Math.round(size.jobs * jobMs + writeMs), size.jobs);
  }
  return { sizes, last: size.jobs };
}

test("a batch takes about 4 ms, whatever a job takes", () => {
  for (const jobMs of [0.008, 0.01, 0.02]) {
    const took = settled({ jobMs }).last * jobMs;
    assert.ok(took >= 2 && took <= 5, `${took} ms at ${jobMs} ms a job`);
  }
});

test("it begins with 200 jobs, grows to 500 at most and shrinks to 200 at least", () => {
  assert.deepEqual(settled({ jobMs: 0, batches: 5 }).sizes, [200, 400, 500, 500, 500]);
  assert.equal(settled({ jobMs: 1 }).last, 200);
  assert.equal(settled({ jobMs: 0.02, writeMs: 10 }).last, 200);
});

test("a machine that gets slow is noticed within three batches, from 500 down", () => {
  const size = new BatchSize();
  for (let i = 0; i < 5; i++) size.took(0, size.jobs);
  for (let i = 0; i < 3; i++) size.took(50, size.jobs);
  assert.equal(size.jobs, 200);
});

test("a batch that was not full says nothing", () => {
  const size = new BatchSize();
  size.took(0, size.jobs - 1);
  assert.equal(size.jobs, 200);
});
