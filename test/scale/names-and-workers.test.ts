// A thousand names and a thousand workers who all offer all of them: what a job costs grows with the jobs that are handed
// out, not with names times workers. In processor time, beside the same with one name and one worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mutation } from "../store/mutants.ts";
import { type Crew, workOff } from "./crew.ts";

const JOBS = 6_000;
const ONE: Crew = { names: 1, workers: 1, capacity: 500, jobs: JOBS };
const MANY: Crew = { names: 1_000, workers: 1_000, capacity: 1, jobs: JOBS };
const ROUNDS = 3;
/** 1.5 to 2.5 were seen: a name's jobs are read and counted one by one. It was 15 to 20 when each was looked at for each turn. */
const TIMES_MAX = 5;
/** That many looks at an index are as good as one page of each name's rows. */
const LOOKS = 200;

/** By turns, so that a machine that gets busy gets busy for both. */
async function timesAsMuch(rounds: number, mutation?: Mutation): Promise<number> {
  const [one, many]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    one.push((await workOff(ONE)).microsPerJob);
    many.push((await workOff({ ...MANY, ...(mutation && { mutation }) })).microsPerJob);
  }
  return Math.min(...many) / Math.min(...one);
}

test("a job costs about the same among 1,000 names and 1,000 workers as with one of each", async (t) => {
  const times = await timesAsMuch(ROUNDS);
  t.diagnostic(`${times.toFixed(1)} times as much`);
  assert.ok(times <= TIMES_MAX, `${times} times as much`);
});

test("control: a look at each name for each turn is seen", async () => {
  const looksAtEach: Mutation = (store) => ({
    change: async (selection, now) => {
      if (selection.select === "next")
        for (let look = 0; look < LOOKS; look++) await store.oldestReady([...selection.rooms().each.keys()]);
      return store.change(selection, now);
    },
  });
  const times = await timesAsMuch(1, looksAtEach);
  assert.ok(times > TIMES_MAX, `${times} times as much`);
});

test("each of them gets a share", async () => {
  const { given } = await workOff({ ...MANY, capacity: 2 });
  const mean = JOBS / MANY.workers;
  assert.ok(Math.min(...given) >= mean / 2, `one got ${Math.min(...given)} of ${mean}`);
  assert.ok(Math.max(...given) <= 2 * mean, `one got ${Math.max(...given)} of ${mean}`);
});
