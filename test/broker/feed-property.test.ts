// Whatever happens, whoever reads when, and however often a stream breaks: what a watcher knows is how things stand.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JobId } from "../../src/job/job.ts";
import { nameOf, SECOND } from "../store/new-jobs.ts";
import { openStage, type Stage, type StageWorker } from "./stage.ts";
import { Client } from "./watching.ts";

const NAMES = ["a", "b", "c", "d", "e"];

class Storm {
  readonly #stage: Stage;
  readonly #ids: JobId[] = [];
  readonly #workers = new Map<string, StageWorker>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  any(most: number): number {
    return Math.floor(this.#stage.clock.chance() * most);
  }

  of<T>(all: readonly T[]): T {
    return all[this.any(all.length)] as T;
  }

  async blow(): Promise<void> {
    const { broker } = this.#stage;
    const names = [nameOf(this.of(NAMES))];
    const acts: (() => Promise<unknown>)[] = [
      () => this.#enqueue(),
      () => this.#join(),
      () => this.#report(),
      () => this.#report(),
      async () => this.#workers.get(this.of(["w1", "w2", "w3"]))?.leave(this.of(["goodbye", "broken"])),
      () => broker.queues.pause(names),
      () => broker.queues.resume(names),
      () => broker.cancel(this.#some()),
      () => broker.operator.change(this.#some(), { move: "delete" }),
      () => broker.operator.begin({ filter: { names }, move: { move: this.of(["retry", "delete"]) } }),
      async () => (await this.#stage.poll(this.of(["p1", "p2"]), 2, names)).leave("goodbye"),
      async () => void (this.any(10) === 0 && broker.drainWorkers({ ids: [], names, everyone: false })),
      () => this.#stage.advance(this.any(3 * SECOND)),
      () => this.#stage.advance(this.any(5) === 0 ? 100 * SECOND : 1),
    ];
    await this.of(acts)();
    await this.#stage.rest();
  }

  async #enqueue(): Promise<void> {
    const drafts = Array.from({ length: 1 + this.any(4) }, () => ({
      name: this.of(NAMES),
      delayMs: this.any(3) * SECOND,
      maxRetries: this.any(2),
    }));
    this.#ids.push(...(await this.#stage.enqueue(...drafts)).map(({ id }) => id));
  }

  async #join(): Promise<void> {
    const id = this.of(["w1", "w2", "w3"]);
    const names = NAMES.filter(() => this.any(2) === 0);
    if (names.length > 0)
      this.#workers.set(id, await this.#stage.join(id, { names, capacity: 1 + this.any(4) }));
  }

  async #report(): Promise<void> {
    const worker = this.#workers.get(this.of(["w1", "w2", "w3"]));
    const [id] = worker?.holds.keys() ?? [];
    if (worker && id) await (this.any(2) === 0 ? worker.succeed(id) : worker.fail(id));
  }

  #some(): JobId[] {
    return this.#ids.filter(() => this.any(4) === 0).slice(-20);
  }
}

type Read = (client: Client, storm: Storm) => Promise<unknown>;
const readAll: Read = (client) => client.read();

async function play(seed: number, { read = readAll, spoil = (_: Stage) => {} } = {}): Promise<void> {
  await using stage = await openStage({ seed });
  spoil(stage);
  const storm = new Storm(stage);
  const clients = [new Client(stage), new Client(stage), new Client(stage)];
  for (let step = 1; step <= 150; step++) {
    await storm.blow();
    if (storm.any(3) === 0) await read(storm.of(clients), storm);
    if (storm.any(15) === 0) storm.of(clients).reconnect();
    if (step % 30 > 0) continue;
    await stage.advance(SECOND);
    await check(stage, clients);
  }
}

/** What everyone knows, what one who comes now is told, and what there is, are the same. */
async function check(stage: Stage, clients: readonly Client[]): Promise<void> {
  for (const client of clients) await client.read();
  const fresh = new Client(stage);
  await fresh.read();
  fresh.close();
  for (const client of clients) assert.deepEqual(client.knows, fresh.knows);
  const { queues } = await stage.broker.queues.list({ prefix: "", after: undefined, queuesMax: 100 });
  const { workers } = stage.broker.workers({ workersMax: 100 });
  const { at: _, ...overview } = await stage.broker.overview();
  const alone = workers.map((worker) => ({ ...worker, jobs: [] }));
  assert.deepEqual({ ...fresh.knows, operations: [] }, { overview, queues, workers: alone, operations: [] });
}

describe("a snapshot and all differences since are a fresh snapshot, and that is the truth", () => {
  const first = Math.floor(Math.random() * 2 ** 31);

  test("in any storm of changes", async (t) => {
    for (let seed = first; seed < first + 8; seed++) {
      t.diagnostic(`seed ${seed}`);
      await play(seed);
    }
  });

  test("control: a difference that gets lost is seen", async () => {
    const loseSome: Read = (client, storm) => (storm.any(3) === 0 ? client.lose() : client.read());
    await assert.rejects(async () => {
      for (let seed = 1; seed <= 20; seed++) await play(seed, { read: loseSome });
    }, assert.AssertionError);
  });

  test("control: a pause that the feed does not hear of is seen", async () => {
    const deaf = (stage: Stage) => {
      stage.broker.feed.queuesChanged = () => {};
    };
    await assert.rejects(async () => {
      for (let seed = 1; seed <= 20; seed++) await play(seed, { spoil: deaf });
    }, assert.AssertionError);
  });

  test("control: jobs that the feed does not hear of are seen", async () => {
    const deaf = (stage: Stage) => {
      stage.broker.feed.jobChanged = () => {};
    };
    await assert.rejects(async () => {
      for (let seed = 1; seed <= 20; seed++) await play(seed, { spoil: deaf });
    }, assert.AssertionError);
  });
});
