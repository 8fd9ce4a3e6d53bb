// S8 and what surrounds a server's end: SIGTERM under load harms no job, what workers still hold after the grace is given
// back, a store that fails ends the process, and a second server on the same data is refused.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { openStore } from "../../src/store/open.ts";
import type { StoredJob } from "../../src/store/search.ts";
import { idOf, RETENTION } from "../store/new-jobs.ts";
import { temporaryDirectory } from "../store/sqlite-engine.ts";
import { check } from "./checker.ts";
import { heldAt } from "./happenings.ts";
import { Load } from "./load.ts";
import { argvOf, startServer } from "./server-process.ts";
import { type Held, WorkClient } from "./work-client.ts";

const GRACE_MS = 5_000;
/** For closing ports and files after the grace. */
const CLOSE_MS_MAX = 3_000;
const TERMS = 3;
/** So many jobs are done before each SIGTERM. */
const JOBS_MIN = 700;

function producerAt(url: string) {
  return createClient(ProducerService, createGrpcTransport({ baseUrl: url }));
}

function openData(directory: string) {
  return openStore(`sqlite:${directory}`, { retention: RETENTION, chance: () => 0.5 });
}

async function storedIn(directory: string, id: string): Promise<StoredJob> {
  const store = await openData(directory);
  const stored = await store.get(idOf(id));
  await store.close();
  assert.ok(stored, `there is no job ${id}`);
  return stored;
}

/** Resolves when so many more jobs are done. */
async function flows(load: Load, jobs: number): Promise<void> {
  for (let done = 0; done < jobs; ) {
    await pause(20); // ledgers are files, nobody tells
    done += load.read().filter(({ word }) => word === "done").length;
  }
}

describe("SIGTERM", () => {
  test("under load counts no failure, loses nothing, and ends with 0 within the grace, each time", async (t) => {
    using directory = temporaryDirectory();
    const data = join(directory.path, "data");
    await using load = new Load(directory.path);
    const tookMs: number[] = [];
    const held: number[] = [];
    for (let i = 0; i < TERMS; i++) {
      await using server = await startServer({ argv: argvOf(data, "--shutdown-grace", `${GRACE_MS}ms`) });
      const since = Date.now();
      load.goTo(server.listensAt);
      await load.during(flows(load, JOBS_MIN));
      const [at, startedAt] = [Date.now(), performance.now()];
      assert.deepEqual(await server.kill("SIGTERM"), { code: 0, signal: null });
      tookMs.push(Math.round(performance.now() - startedAt));
      assert.doesNotMatch(server.log, /"level":[56]0/);
      load.read();
      held.push(heldAt(load.entries, { since, at }));
    }
    await using last = await startServer({ argv: argvOf(data) });
    load.goTo(last.listensAt);
    await load.stopProducers();
    await last.kill("SIGTERM");
    load.read();

    const store = await openData(data);
    const { lost, duplicated, unexpected, redelivered, acknowledged } = await check(load.entries, store);
    t.diagnostic(
      `${TERMS} stops in ${tookMs} ms, ${held} jobs held; ${acknowledged} jobs acknowledged, ${redelivered} given back`,
    );
    assert.ok(Math.min(...held) > 0, `${held} jobs held: a stop that meets nobody at work proves nothing`);
    assert.deepEqual({ lost, duplicated, unexpected }, { lost: [], duplicated: [], unexpected: [] });
    for (const { id, word } of load.entries) {
      if (word !== "got") continue;
      const { job, history } = (await store.get(idOf(id))) as StoredJob;
      assert.equal(job.losses, 0, `losses of ${id}`);
      const reported = load.entries.filter((entry) => entry.word === "failed" && entry.id === id).length;
      assert.equal(job.failures, reported, `failures of ${id}`);
      const ends = history.filter(({ outcome }) => outcome === "lost" || outcome === "expired");
      assert.deepEqual(ends, [], id);
    }
    await store.close();
    assert.ok(Math.max(...tookMs) <= GRACE_MS + CLOSE_MS_MAX, `${tookMs} ms`);
  });

  /** A worker holds a job and goes on holding it; what the server's end made of the job, and how long that took. */
  async function endWhileHeld(signal: NodeJS.Signals): Promise<StoredJob & { readonly tookMs: number }> {
    using directory = temporaryDirectory();
    const data = join(directory.path, "data");
    await using server = await startServer({ argv: argvOf(data, "--shutdown-grace", "300ms") });
    const got = Promise.withResolvers<Held>();
    const hello = { names: ["mail"], capacity: 1 };
    const worker = new WorkClient(server.listensAt, hello, { onJob: got.resolve });
    await producerAt(server.listensAt).enqueue({ jobs: [{ id: "a", name: "mail" }] });
    await got.promise;
    const startedAt = performance.now();
    const exit = await server.kill(signal);
    const tookMs = performance.now() - startedAt;
    assert.equal(exit.code, signal === "SIGTERM" ? 0 : null);
    await worker.ended;
    return { ...(await storedIn(data, "a")), tookMs };
  }

  test("gives back unharmed what workers still hold after the grace", async () => {
    const { job, history, tookMs } = await endWhileHeld("SIGTERM");
    assert.deepEqual([job.state.is, job.attempt, job.failures, job.losses], ["ready", 1, 0, 0]);
    assert.deepEqual(
      history.map(({ outcome }) => outcome),
      ["released"],
    );
    assert.ok(tookMs >= 300 && tookMs <= 300 + CLOSE_MS_MAX, `${tookMs} ms`);
  });

  test("control: what a killed server leaves held is seen", async () => {
    const { job } = await endWhileHeld("SIGKILL");
    assert.equal(job.state.is, "reserved");
  });

  test("a second time ends the grace", async () => {
    using directory = temporaryDirectory();
    const data = join(directory.path, "data");
    await using server = await startServer({ argv: argvOf(data, "--shutdown-grace", "1h") });
    const drained = Promise.withResolvers<void>();
    const got = Promise.withResolvers<Held>();
    const hooks = { onJob: got.resolve, onDrain: () => drained.resolve() };
    const worker = new WorkClient(server.listensAt, { names: ["mail"], capacity: 1 }, hooks);
    await producerAt(server.listensAt).enqueue({ jobs: [{ id: "a", name: "mail" }] });
    await got.promise;
    server.kill("SIGTERM");
    await drained.promise;
    assert.deepEqual(await server.kill("SIGTERM"), { code: 0, signal: null });
    await worker.ended;
    assert.equal((await storedIn(data, "a")).job.state.is, "ready");
  });
});

describe("a store", () => {
  test("that fails ends the process with 1, and nothing is acknowledged any more", async () => {
    using directory = temporaryDirectory();
    const data = join(directory.path, "data");
    await using server = await startServer({ argv: argvOf(data) });
    const producer = producerAt(server.listensAt);
    await producer.enqueue({ jobs: [{ id: "before", name: "mail" }] });
    server.order("fail the disk");
    const later = Array.from({ length: 20 }, (_, i) =>
      producer.enqueue({ jobs: [{ id: `j${i}`, name: "mail" }] }),
    );
    const answers = await Promise.allSettled(later);
    assert.deepEqual(await server.exit, { code: 1, signal: null });
    assert.match(server.log, /"level":60.*the store failed: disk I\/O error/);
    const store = await openData(data);
    for (const [i, { status }] of answers.entries())
      if (status === "fulfilled") assert.ok(await store.get(idOf(`j${i}`)), `j${i} was acknowledged`);
    assert.ok(await store.get(idOf("before")));
    await store.close();
    assert.ok(
      answers.some(({ status }) => status === "rejected"),
      "the fault has happened",
    );
  });

  test("that another server has open is refused with what to do; the first server lives on", async () => {
    using directory = temporaryDirectory();
    const data = join(directory.path, "data");
    await using first = await startServer({ argv: argvOf(data) });
    const producer = producerAt(first.listensAt);
    await producer.enqueue({ jobs: [{ id: "a", name: "mail" }] });
    await assert.rejects(
      startServer({ argv: argvOf(data) }),
      /another server has it open\. Stop that one, or choose another --store/,
    );
    const { jobs } = await producer.enqueue({ jobs: [{ id: "a", name: "mail" }] });
    assert.equal(jobs[0]?.duplicate, true);
    assert.deepEqual(await first.kill("SIGTERM"), { code: 0, signal: null });
  });
});
