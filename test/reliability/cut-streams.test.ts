// N5: streams are cut, and their workers come back within the grace naming what they still hold. That is not delivered
// again; what they do not name is lost at once; and nothing is lost twice.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import { graceSkipped, holdingIgnored } from "../broker/mutants.ts";
import type { Mutation } from "../store/mutants.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import { openInProcess } from "./server-in-process.ts";
import { type Held, WorkClient } from "./work-client.ts";

const WORKERS = 10;
const CUTS = 5;
const JOBS = 8;

/** A worker that keeps what it is given, and comes back after each cut without one of its jobs. */
class Keeper {
  readonly #id: string;
  readonly held: Held[] = [];
  readonly forgotten: string[] = [];
  readonly #full = Promise.withResolvers<void>();
  client: WorkClient | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  /** Resolves when it has all its jobs. */
  get full(): Promise<void> {
    return this.#full.promise;
  }

  async join(url: string, capacity: number): Promise<void> {
    const holding = this.held.map(({ jobId, attempt }) => ({ jobId, attempt }));
    const hello = { workerId: this.#id, names: [this.#id], capacity, holding };
    this.client = new WorkClient(url, hello, {
      onJob: (delivery) => {
        this.held.push(delivery);
        if (this.held.length === JOBS) this.#full.resolve();
      },
    });
    const { notHeld } = await this.client.welcome;
    assert.deepEqual(notHeld, [], "what it names is its own");
  }

  forgetOne(): void {
    const one = this.held.shift();
    if (one) this.forgotten.push(one.jobId);
  }
}

async function cutAndReturn(mutation?: Mutation): Promise<{ cuts: number }> {
  await using server = await openInProcess({ mutation });
  await using proxy = await ChaosProxy.open(server.url);
  const keepers = Array.from({ length: WORKERS }, (_, i) => new Keeper(`keeper${i}`));
  for (const [i, keeper] of keepers.entries()) {
    const jobs = Array.from({ length: JOBS }, (_, n) => ({ id: `${i}-${n}`, name: `keeper${i}` }));
    await server.producer.enqueue({ jobs });
    await keeper.join(proxy.url, JOBS);
    await keeper.full;
  }
  const rival: Held[] = [];
  const names = keepers.map((_, i) => `keeper${i}`);
  const onJob = (delivery: Held) => rival.push(delivery);
  const rivalClient = new WorkClient(server.url, { names, capacity: 1_000 }, { onJob });
  await rivalClient.welcome;

  for (let cut = 0; cut < CUTS; cut++) {
    proxy.cut();
    await Promise.all(keepers.map(({ client }) => client?.ended));
    for (const keeper of keepers) keeper.forgetOne();
    await Promise.all(keepers.map((keeper) => keeper.join(proxy.url, JOBS - cut - 1)));
    for (const { forgotten } of keepers) await expectLostOnce(server.job(forgotten.at(-1) ?? ""));
  }
  for (const { held, client } of keepers) {
    for (const one of held) {
      const { state, attempt, losses } = await server.job(one.jobId);
      assert.deepEqual([state, attempt, losses], [JobState.RESERVED, 1, 0]);
      assert.equal(await client?.succeed(one), ReportResult.ACCEPTED);
    }
  }
  const forgotten = keepers.flatMap((keeper) => keeper.forgotten);
  for (const id of forgotten) assert.equal((await server.job(id)).losses, 1, "nothing is lost twice");
  const kept = rival.filter(({ jobId }) => !forgotten.includes(jobId));
  assert.deepEqual(kept, [], "nothing is delivered again that was named");
  for (const client of [rivalClient, ...keepers.map((keeper) => keeper.client)]) client?.cut();
  return { cuts: proxy.cuts };
}

async function expectLostOnce(
  job: Promise<{ state: JobState; attempt: number; losses: number }>,
): Promise<void> {
  const { state, attempt, losses } = await job;
  assert.deepEqual([state, attempt, losses], [JobState.SCHEDULED, 1, 1], "lost at once");
}

describe("workers whose streams are cut", { concurrency: true }, () => {
  test("keep what they name when they come back, and lose at once what they do not", async (t) => {
    const { cuts } = await cutAndReturn();
    t.diagnostic(`${cuts} streams cut`);
    assert.equal(cuts, WORKERS * CUTS);
  });

  for (const [name, mutation] of Object.entries({
    "the grace is skipped": graceSkipped,
    "holding is ignored": holdingIgnored,
  })) {
    test(`control: it is seen when ${name}`, async () => {
      await assert.rejects(cutAndReturn(mutation), assert.AssertionError);
    });
  }
});
