// D2: killed at named points, a store has lost nothing that it acknowledged, doubled nothing, and made nothing up.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openStore } from "../../src/store/open.ts";
import type { Point } from "../../src/store/sqlite/failpoint.ts";
import { expectSound, judge, runLoad, type Verdict } from "./crash-cycle.ts";
import type { CrashPlan } from "./crash-load.ts";
import { NOW, newJob, RETENTION } from "./new-jobs.ts";
import { temporaryDirectory } from "./sqlite-engine.ts";
import { strace, straceMissing } from "./strace.ts";

const CYCLES = 20;
const ROUNDS = 80;
/** As many as there are cores to be had. */
const AT_ONCE = 2;

/** Does `cycle` for 1 to CYCLES, some at once, and returns what each found. */
async function cycles<T>(cycle: (n: number) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  let next = 1;
  const work = async () => {
    while (next <= CYCLES) found.push(await cycle(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

/** Kills one load and says what it left. That it was killed, and had acknowledged something, is part of the test. */
async function killed(
  kill: { at: Point; nth: number },
  mutant?: CrashPlan["mutant"],
): Promise<Verdict & { acked: number }> {
  using directory = temporaryDirectory();
  const store = join(directory.path, "store");
  const { ledger, signal, errors } = await runLoad({
    directory: store,
    rounds: ROUNDS,
    kill,
    ...(mutant && { mutant }),
  });

  assert.equal(signal, "SIGKILL", `no fault was injected at ${kill.at} ${kill.nth}: ${errors}`);
  return { ...(await judge(store, ledger)), acked: ledger.acked.size };
}

function report(t: TestContext, verdicts: readonly (Verdict & { acked: number })[]): void {
  const sum = (of: (verdict: Verdict & { acked: number }) => number) =>
    verdicts.reduce((all, one) => all + of(one), 0);
  const bound = ((3 / verdicts.length) * 100).toFixed(1);
  t.diagnostic(
    `${verdicts.length} kills, ${sum(({ acked }) => acked)} jobs acknowledged, ${sum(({ lost }) => lost)} lost ` +
      `(so at most ${bound} % of kills lose one, with 95 % confidence), ${sum(({ recovered }) => recovered)} recovered`,
  );
}

describe("killed at a point, nothing acknowledged is lost:", () => {
  // Each comes every so many times in a load, so that the kills are spread over it.
  const points = [
    ["before_write", 7],
    ["before_commit", 7],
    ["after_commit", 7],
    ["mid_prune", 5],
  ] as const;
  for (const [at, every] of points) {
    test(`${at}, ${CYCLES} times`, async (t) => {
      const verdicts = await cycles(async (n) => {
        const verdict = await killed({ at, nth: n * every });
        expectSound(verdict, `${at}, time ${n * every}`);
        return verdict;
      });

      report(t, verdicts);
      assert.ok(verdicts.every(({ acked }) => acked > 0));
      if (at === "after_commit")
        assert.ok(
          verdicts.some(({ recovered }) => recovered > 0),
          "no commit went unanswered",
        );
    });
  }

  test(`mid_migration, ${CYCLES} times over, after which the store opens and works`, async () => {
    using directory = temporaryDirectory();
    const plan: CrashPlan = {
      directory: join(directory.path, "store"),
      rounds: 1,
      kill: { at: "mid_migration", nth: 1 },
    };
    for (let n = 0; n < CYCLES; n++) {
      const { signal, ledger, errors } = await runLoad(plan);
      assert.equal(signal, "SIGKILL", errors);
      assert.equal(ledger.acked.size, 0);
    }

    const { kill: _, ...unharmed } = plan;
    const { code, ledger } = await runLoad(unharmed);
    assert.equal(code, 0);
    expectSound(await judge(plan.directory, ledger), "after the last migration");
  });

  test(`mid_checkpoint, ${CYCLES} times`, async (t) => {
    if (straceMissing) return t.skip(straceMissing);

    const verdicts = await cycles(async (n) => {
      using directory = temporaryDirectory();
      const store = join(directory.path, "store");
      // In a write-ahead log the database file is written by checkpoints alone, once it is made.
      const behind = strace([
        "-P",
        join(store, "lakh.db"),
        "-e",
        `inject=pwrite64:signal=SIGKILL:when=${40 + n * 9}`,
      ]);
      const plan = { directory: store, rounds: ROUNDS, checkpointPages: 10 };
      const { ledger, signal, code, errors } = await runLoad(plan, behind);

      assert.ok(
        signal === "SIGKILL" || code === 137,
        `no fault was injected at checkpoint write ${40 + n * 9}: ${errors}`,
      );
      const verdict = await judge(store, ledger);
      expectSound(verdict, `checkpoint write ${40 + n * 9}`);
      return { ...verdict, acked: ledger.acked.size };
    });

    report(t, verdicts);
    assert.ok(verdicts.every(({ acked }) => acked > 0));
  });
});

describe("it catches the mutant:", () => {
  for (const mutant of ["ack before COMMIT", "ack when half is stored"] as const) {
    test(mutant, async (t) => {
      for (let n = 1; n <= CYCLES; n++) {
        const { lost } = await killed({ at: "before_commit", nth: n * 7 }, mutant);
        if (lost > 0) return t.diagnostic(`caught in cycle ${n}, ${lost} lost`);
      }
      assert.fail(`it survived ${CYCLES} cycles`);
    });
  }
});

describe("the checker sees", () => {
  const nothing = {
    tried: new Set<string>(),
    acked: new Set<string>(),
    finishing: new Map<string, number>(),
    done: [],
    forgottenAt: 0,
  };
  const one = new Set(["r0-0"]);
  const gone = new Set(["gone"]);
  const finished = { ...nothing, tried: gone, acked: gone, finishing: new Map([["gone", NOW]]) };
  const finishing = new Map([["r0-0", NOW]]);
  const cases = [
    ["a lost job", { ...nothing, tried: gone, acked: gone }, { lost: 1, unexpected: 0 }],
    [
      "a finished job that was forgotten too soon",
      { ...finished, forgottenAt: NOW + RETENTION.succeeded - 1 },
      { lost: 1 },
    ],
    [
      "nothing wrong with one whose retention was over",
      { ...finished, forgottenAt: NOW + RETENTION.succeeded },
      { lost: 0 },
    ],
    [
      "a job finished twice",
      { ...nothing, tried: one, acked: one, finishing, done: ["r0-0", "r0-0"] },
      { duplicated: 1 },
    ],
    [
      "a finished job that is not",
      { ...nothing, tried: one, acked: one, finishing, done: ["r0-0"] },
      { lost: 1 },
    ],
    ["a job that nobody tried to enqueue", nothing, { unexpected: 1 }],
    ["a job whose enqueue was never answered", { ...nothing, tried: one }, { recovered: 1, unexpected: 0 }],
  ] as const;
  for (const [what, ledger, expected] of cases) {
    test(what, async () => {
      using directory = temporaryDirectory();
      const store = await openStore(`sqlite:${directory.path}`, { retention: RETENTION, chance: () => 0.5 });
      if (!ledger.tried.has("gone")) await store.enqueue([newJob("r0-0")]);
      await store.close();

      const verdict = await judge(directory.path, ledger);

      assert.deepEqual({ ...verdict, ...expected }, verdict);
    });
  }
});
