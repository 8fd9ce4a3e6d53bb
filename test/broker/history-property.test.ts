// Nothing that happens is lost from the charts, or told twice: whatever it is, whenever it is, over restarts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HAPPENINGS } from "../../src/broker/overview.ts";
import type { JobId } from "../../src/job/job.ts";
import { drawSeed } from "../seed.ts";
import { scan } from "../store/mixed-jobs.ts";
import type { Mutation } from "../store/mutants.ts";
import { DAY, SECOND } from "../store/new-jobs.ts";
import { countsOf, openRecording, restart } from "./recording.ts";
import type { Stage } from "./stage.ts";

const seed = drawSeed();
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe("what happened", () => {
  const NAMES = ["mail", "bill", "pdf"];

  /** What the store says of all jobs and their attempts. */
  async function happened(stage: Stage, name?: string) {
    const counts = Object.fromEntries(HAPPENINGS.map((happening) => [happening, 0]));
    const add = (happening: string, jobs = 1) => {
      counts[happening] = (counts[happening] ?? 0) + jobs;
    };
    for (const { job, history } of await scan(stage.store)) {
      if (name !== undefined && job.name !== name) continue;
      add("enqueued");
      add("delivered", job.attempt);
      for (const { outcome } of history) {
        if (outcome === "failed" || outcome === "expired") add("failed");
        if (outcome === "lost") add("lost");
      }
      const { is } = job.state;
      if (is === "dead" || is === "cancelled" || is === "succeeded") add(is);
    }
    return counts;
  }

  /** Some 13 minutes of all that can happen, with restarts in between. */
  async function live(stage: Stage): Promise<void> {
    const { clock } = stage;
    const any = <T>(list: readonly T[]) => list[Math.floor(clock.chance() * list.length)] as T;
    let worker = await stage.join("w", { names: NAMES, capacity: 3 });
    for (let round = 0; round < 130; round++) {
      await stage.advance(Math.floor(clock.chance() * 12 * SECOND));
      const held = [...worker.holds.keys()];
      const waits = await stage.store.search({
        filter: { states: ["ready"] },
        order: "newest",
        jobsMax: 9,
        searchMax: 99,
      });
      const act = clock.chance();
      if (act < 0.4 || held.length === 0)
        await stage.enqueue({
          name: any(NAMES),
          maxRetries: any([0, 2]),
          reservationMs: any([SECOND, HOUR]),
        });
      else if (act < 0.6) await worker.succeed(any(held));
      else if (act < 0.75) await worker.fail(any(held));
      else if (act < 0.85) await worker.report(any(held), (told) => ({ move: "lose", ...told }));
      else if (act < 0.95 && waits.jobs.length > 0) await stage.broker.cancel([any(waits.jobs).id]);
      else if (act > 0.97) {
        await restart(stage);
        worker = await stage.join(`w${round}`, { names: NAMES, capacity: 3 });
      }
    }
  }

  async function check(mutation?: Mutation): Promise<void> {
    await using stage = await openRecording({ seed, mutation });
    await live(stage);
    // What is left must not go on while it is counted.
    await stage.broker.drainWorkers({ ids: [], names: [], everyone: true });
    const left = await stage.store.search({ filter: {}, order: "newest", jobsMax: 999, searchMax: 9_999 });
    await stage.broker.cancel(left.jobs.map(({ id }) => id as JobId));
    await stage.rest();
    const exact = await happened(stage);
    assert.ok(
      Object.values(exact).every((count) => count > 0),
      `seed ${seed}: ${JSON.stringify(exact)}`,
    );
    await stage.advance(10 * SECOND);
    assert.deepEqual(await countsOf(stage, 6 * HOUR), exact, `seed ${seed}: steps of 10 s`);
    await stage.advance(MINUTE);
    assert.deepEqual(await countsOf(stage, 24 * HOUR), exact, `seed ${seed}: steps of a minute`);
    for (const name of NAMES)
      assert.deepEqual(
        await countsOf(stage, 24 * HOUR, name),
        await happened(stage, name),
        `seed ${seed}: ${name}`,
      );
    await stage.advance(15 * MINUTE);
    assert.deepEqual(await countsOf(stage, 30 * DAY), exact, `seed ${seed}: steps of a quarter of an hour`);
    for (const name of NAMES)
      assert.deepEqual(
        await countsOf(stage, 30 * DAY, name),
        await happened(stage, name),
        `seed ${seed}: ${name}`,
      );
  }

  test("is what the cells say in sum, at every resolution, over restarts", () => check());

  const MUTANTS: Readonly<Record<string, Mutation>> = {
    "steps under way are forgotten at a stop": (store) => ({
      writeHistory: (page) => store.writeHistory({ ...page, open: [] }),
    }),
    "every second minute is not written": (store) => ({
      writeHistory: (page) => {
        const closed = page.closed.filter(({ at }) => Math.floor(at / MINUTE) % 2 === 0);
        return store.writeHistory({ ...page, closed });
      },
    }),
    "names change their numbers": (store) => ({
      keptHistory: async () => {
        const { owners, open } = await store.keptHistory();
        return { open, owners: owners.map((one, i) => ({ ...one, owner: owners.at(-1 - i)?.owner ?? 0 })) };
      },
    }),
  };
  for (const [mistake, mutation] of Object.entries(MUTANTS))
    test(`control: it is seen when ${mistake}`, () =>
      assert.rejects(() => check(mutation), assert.AssertionError));
});
