// N4: workers are killed (SIGKILL) in the middle of their jobs. The jobs are out again within the grace and a second for
// each loss; they have not failed; and at the fifth loss they are dead, with that reason.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DeathReason, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { lossCountedAsFailure } from "../broker/mutants.ts";
import type { Mutation } from "../store/mutants.ts";
import { Puppets } from "./puppets.ts";
import { openInProcess } from "./server-in-process.ts";

const GRACE_MS = 300;
const LOSS_MS = 1_000;
const SLACK_MS = 500;
const LOSSES_MAX = 5;
const WORKERS = 20;
const ids = Array.from({ length: WORKERS }, (_, i) => `j${i}`);

/** Twenty workers at a time, each with one job, are killed together; answers how late jobs came out again. */
async function killInTurn(rounds: number, mutation?: Mutation): Promise<number[]> {
  const argv = ["--disconnect-grace", `${GRACE_MS}ms`];
  await using server = await openInProcess({ argv, mutation });
  await using children = new AsyncDisposableStack();
  let victims = await joined(server.url, { round: 1, children });
  await server.producer.enqueue({ jobs: ids.map((id) => ({ id, name: "mail" })) });
  await victims.gotAll(WORKERS);

  const latenessMs: number[] = [];
  for (let losses = 1; losses <= rounds; losses++) {
    const last = victims;
    victims = await joined(server.url, { round: losses + 1, children });
    const killedAt = Date.now();
    last.signal("SIGKILL");
    if (losses === LOSSES_MAX) break;
    await victims.gotAll(WORKERS);
    const gotten = victims.got.map(({ got }) => [got.attempt, got.failures]);
    assert.deepEqual(gotten, Array(WORKERS).fill([losses + 1, 0]));
    latenessMs.push(...victims.got.map(({ at }) => at - killedAt - GRACE_MS - losses * LOSS_MS));
    for (const id of ids) {
      const job = await server.job(id);
      assert.deepEqual([job.state, job.failures, job.losses], [JobState.RESERVED, 0, losses]);
    }
  }
  if (rounds < LOSSES_MAX) return latenessMs;

  for (const { state, deathReason, failures, losses } of await Promise.all(
    ids.map((id) => server.finished(id)),
  )) {
    const expected = [JobState.DEAD, DeathReason.WORKERS_LOST, 0, LOSSES_MAX];
    assert.deepEqual([state, deathReason, failures, losses], expected);
  }
  assert.deepEqual(victims.got, [], "a dead job is given to nobody");
  return latenessMs;
}

async function joined(
  url: string,
  { round, children }: { round: number; children: AsyncDisposableStack },
): Promise<Puppets> {
  const puppets = children.use(new Puppets());
  await puppets.join(url, { prefix: `r${round}-`, count: WORKERS, name: "mail", capacity: 1 });
  return puppets;
}

describe("workers killed in the middle of a job", { concurrency: true }, () => {
  test("lose it within the grace and a second for each loss, without a failure; the fifth loss ends it", async (t) => {
    const latenessMs = await killInTurn(LOSSES_MAX);
    const [least, most] = [Math.min(...latenessMs), Math.max(...latenessMs)];
    t.diagnostic(
      `${LOSSES_MAX * WORKERS} killed; ${latenessMs.length} out again, ${least} to ${most} ms late`,
    );
    assert.equal(latenessMs.length, (LOSSES_MAX - 1) * WORKERS);
    assert.ok(most <= SLACK_MS, `${most} ms late`);
    assert.ok(least >= 0, `${least} ms late: before the grace was over`);
  });

  test("control: a loss counted as a failure is seen", async () => {
    await assert.rejects(killInTurn(1, lossCountedAsFailure), assert.AssertionError);
  });
});
