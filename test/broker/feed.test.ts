// What changes, for those who watch: little of it, never twice, never less than there is, and nothing while nobody does.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LINGER_MS } from "../../src/broker/feed.ts";
import { GONE_MAX, Versions } from "../../src/broker/versions.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { StoreFault } from "../../src/store/store.ts";
import type { Mutation } from "../store/mutants.ts";
import { idOf, nameOf, SECOND } from "../store/new-jobs.ts";
import { openStage, type Stage } from "./stage.ts";
import { Client } from "./watching.ts";

const MINUTE = 60 * SECOND;

/** How often the store was asked for all counts, which every refresh does once. */
function refreshes(): { mutation: Mutation; count: number } {
  const counted = {
    mutation: ((store) => ({
      tallies: () => {
        counted.count++;
        return store.tallies();
      },
    })) as Mutation,
    count: 0,
  };
  return counted;
}

describe("the feed", () => {
  test("asks nothing of the store while nobody watches, nor a minute after the last one has gone", async () => {
    const counted = refreshes();
    await using stage = await openStage({ mutation: counted.mutation });
    const client = new Client(stage);
    await client.read();
    client.close();
    client.close();
    await stage.advance(LINGER_MS);
    const alarms = stage.clock.waiting;
    counted.count = 0;
    await stage.enqueue({});
    await stage.advance(10 * MINUTE);
    assert.deepEqual([counted.count, stage.clock.waiting], [0, alarms]);
  });

  test("looks at most once a second, however many watch", async () => {
    const counted = refreshes();
    await using stage = await openStage({ mutation: counted.mutation });
    const clients = Array.from({ length: 20 }, () => new Client(stage));
    counted.count = 0;
    for (let round = 0; round < 30; round++) {
      await stage.enqueue({});
      await Promise.all(clients.map((client) => client.read()));
      await stage.advance(100);
    }
    assert.equal(counted.count, 3);
  });

  test("leaves no alarm behind when the server stops", async () => {
    await using stage = await openStage();
    const client = new Client(stage);
    await client.read();
    client.close();
    await stage.broker.stop();
    assert.equal(stage.clock.waiting, 0);
  });

  test("tells nothing when nothing has changed, and rates that sink, until they have sunk", async () => {
    await using stage = await openStage();
    await stage.enqueue({});
    const client = new Client(stage);
    await client.read();
    await stage.advance(10 * SECOND);
    const sinking = await client.read();
    assert.deepEqual([sinking.queues.length, sinking.overview !== undefined], [1, true]);
    await stage.advance(MINUTE);
    assert.deepEqual((await client.read()).queues[0]?.rates.enqueued, 0);
    await stage.advance(MINUTE);
    const { sequence: _, ...calm } = await client.read();
    const nothing = { queues: [], queuesGone: [], workers: [], workersGone: [], operations: [], jobs: [] };
    assert.deepEqual(calm, { isSnapshot: false, ...nothing, jobsLeftOut: 0, jobsForgotten: [] });
  });

  /** Whether a watcher hears that a job was deleted when everything else has been calm for long. */
  async function hearsOfDeletion(spoil: (stage: Stage) => void = () => {}): Promise<boolean> {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    await stage.advance(2 * MINUTE);
    const client = new Client(stage);
    await client.read();
    await stage.advance(2 * SECOND);
    spoil(stage);
    await stage.broker.operator.change([idOf("a")], { move: "delete" });
    return (await client.read()).queuesGone.includes(nameOf("mail"));
  }

  test("tells of what happens between a snapshot and the next difference", async () => {
    assert.equal(await hearsOfDeletion(), true);
  });

  test("control: a feed that does not hear of it is seen", async () => {
    const deaf = (stage: Stage) => {
      stage.broker.feed.jobChanged = () => {};
    };
    assert.equal(await hearsOfDeletion(deaf), false);
  });

  test("tells of queues and jobs of the names that are asked for, and of the topics, and no others", async () => {
    await using stage = await openStage();
    await stage.enqueue({}, { name: "bill" });
    const client = new Client(stage, { topics: ["queues", "jobs"], names: ["mail"] });
    const snapshot = await client.read();
    assert.deepEqual([snapshot.queues.map(({ name }) => name), snapshot.overview], [["mail"], undefined]);
    await stage.join("w", { names: ["other"] });
    const jobs = await stage.enqueue({ id: "a" }, { id: "b", name: "bill" });
    await stage.broker.operator.change([jobs[1]?.id ?? idOf("")], { move: "delete" });
    await stage.advance(SECOND);
    const { queues, workers, ...frame } = await client.read();
    assert.deepEqual([queues.map(({ name }) => name), workers, frame.queuesGone], [["mail"], [], []]);
    assert.deepEqual(
      frame.jobs.map(({ id }) => id),
      ["a"],
    );
  });

  test("a refresh that the store refuses is no news that is lost", async () => {
    let fault: StoreFault | undefined;
    const failing: Mutation = (store) => ({
      size: () => (fault ? Promise.reject(fault) : store.size()),
    });
    await using stage = await openStage({ mutation: failing });
    const client = new Client(stage, { topics: ["queues"] });
    await client.read();
    await stage.broker.queues.pause([nameOf("mail")]);
    await stage.advance(SECOND);
    fault = new StoreFault("full", "no room");
    await assert.rejects(client.read(), StoreFault);
    fault = undefined;
    assert.deepEqual(
      (await client.read()).queues.map(({ name }) => name),
      ["mail"],
    );
  });
});

describe("sequences", () => {
  test("begin with the clock's milliseconds, and grow with each frame, over a restart too", async () => {
    await using stage = await openStage();
    const first = await new Client(stage).read();
    assert.ok(first.sequence >= stage.clock.now() - 1_000 && first.sequence < stage.clock.now() + 1_000);
    const [one, other] = [new Client(stage), new Client(stage)];
    const told = [await one.read(), await other.read(), await one.read(), await one.read()];
    for (const [i, { sequence }] of told.slice(1).entries()) assert.ok(sequence > (told[i]?.sequence ?? 0));
    await stage.advance(SECOND);
    await stage.restart();
    assert.ok((await new Client(stage).read()).sequence > (told.at(-1)?.sequence ?? 0));
  });

  /** The next frame of a client that comes back after this long, or with another sequence. */
  async function comeBack(facts: { ms?: number; sequence?: (last: number) => number; restart?: boolean }) {
    await using stage = await openStage();
    const client = new Client(stage, { topics: ["queues"] });
    const { sequence } = await client.read();
    client.close();
    await stage.enqueue({ name: "bill" });
    await stage.advance(facts.ms ?? SECOND);
    if (facts.restart) await stage.restart();
    const again = new Client(stage, { topics: ["queues"] });
    again.sequence = facts.sequence?.(sequence) ?? sequence;
    const { isSnapshot, queues } = await again.read();
    assert.equal(queues.length, 1);
    return isSnapshot;
  }

  test("are good for who comes back within a minute", async () => {
    assert.equal(await comeBack({}), false);
    assert.equal(await comeBack({ ms: LINGER_MS - 1 }), false);
  });

  test("that are not known get a snapshot: too old, of another run, never given", async () => {
    assert.equal(await comeBack({ ms: LINGER_MS }), true);
    assert.equal(await comeBack({ restart: true }), true);
    assert.equal(await comeBack({ sequence: (last) => last - 1_000 }), true);
    assert.equal(await comeBack({ sequence: (last) => last + 1_000 }), true);
  });
});

describe("a frame", () => {
  test("of a snapshot has the first so many by name; of differences so many, and the rest follows", async () => {
    await using stage = await openStage();
    const [client, slow] = [
      new Client(stage, { topics: ["queues"] }),
      new Client(stage, { topics: ["queues"] }),
    ];
    await client.read();
    await slow.read();
    const names = Array.from({ length: 2_500 }, (_, i) => `name-${10_000 + i}`);
    for (const some of [names.slice(1_500), names.slice(500, 1_500), names.slice(0, 500)]) {
      await stage.enqueue(...some.map((name) => ({ name })));
      await stage.advance(SECOND);
      await client.read();
    }
    for (let frames = 0; frames < 4; frames++) await client.read();
    for (let frames = 0; frames < 5; frames++) {
      const frame = await slow.read();
      assert.ok(frame.queues.length <= LIMITS.watchedMax && !frame.isSnapshot);
    }
    for (const { queues } of [client, slow]) assert.deepEqual([...queues.keys()].sort(), names);
    const { queues } = await new Client(stage, { topics: ["queues"] }).read();
    assert.deepEqual(
      queues.map(({ name }) => name),
      names.slice(0, LIMITS.watchedMax),
    );
  });

  test("tells of operations and of workers without the jobs that they hold", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    const client = new Client(stage, { topics: ["operations", "workers"] });
    await client.read();
    const worker = await stage.join("w");
    await stage.broker.operator.begin({ filter: {}, move: { move: "cancel" } });
    await stage.advance(SECOND);
    const { workers, operations } = await client.read();
    assert.deepEqual([workers[0]?.id, workers[0]?.held, workers[0]?.jobs], ["w", 1, []]);
    assert.deepEqual([operations[0]?.state, operations[0]?.changed], ["done", 1]);
    await worker.leave("goodbye");
    await stage.advance(SECOND);
    assert.deepEqual((await client.read()).workersGone, ["w"]);
  });
});

describe("what is gone", () => {
  test("is remembered so far, and no further", () => {
    const versions = new Versions<number, string>();
    for (let i = 0; i <= GONE_MAX; i++) versions.set(i, "there", i);
    for (let i = 0; i < GONE_MAX; i++) versions.delete(i, 20_000 + i);
    assert.equal(versions.goneSince, 0);
    versions.delete(GONE_MAX, 40_000);
    assert.equal(versions.goneSince, 20_000, "whoever has not heard of that one must begin anew");
    const gone = versions.gone({ after: 20_000, through: 40_000 });
    assert.deepEqual([gone.length, gone.at(-1)], [GONE_MAX, GONE_MAX]);
  });

  test("is not gone when it has come back", () => {
    const versions = new Versions<string, number>();
    versions.set("a", 1, 1);
    versions.delete("a", 2);
    versions.set("a", 3, 3);
    assert.deepEqual(versions.gone({ after: 0, through: 9 }), []);
    assert.deepEqual(versions.changed({ after: 2, through: 9 }), [3]);
  });
});
