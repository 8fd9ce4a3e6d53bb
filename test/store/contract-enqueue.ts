// The contract of enqueue: what goes in comes out, once, in its order, all or nothing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Backoff, Job } from "../../src/job/job.ts";
import type { StoredJob } from "../../src/store/search.ts";
import type { Store } from "../../src/store/store.ts";
import { type Engine, idsOf, reserveNext, talliesOf } from "./engine.ts";
import { DAY, data, hex, idOf, json, NOW, newJob, RETENTION } from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };

async function stored(store: Store, id: string): Promise<StoredJob> {
  const found = await store.get(idOf(id));
  assert.ok(found, `${id} is not stored`);
  return found;
}

export function testEnqueue(engine: Engine): void {
  describe("enqueue", () => {
    test("keeps every fact of a job", async () => {
      await using opened = await engine.open(OPTIONS);
      const said: Partial<Job> = {
        ...{ priority: -7, reservationMs: 0, startBy: NOW + DAY, enqueuedAt: NOW - 1 },
        retry: { maxRetries: 1_000, backoff: { by: "delays", delaysMs: [1, 3_153_600_000_000] } },
        labels: { constructor: "x", "k ü": "😀\0\n\"'" },
        traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
      };
      const given = newJob("full", { ...said, dueAt: 253_402_300_799_999, name: "a.b_c:d-E9" });

      const [enqueued] = await opened.store.enqueue([given]);

      assert.deepEqual(enqueued, { job: given.job, duplicate: false });
      const found = await stored(opened.store, "full");
      assert.deepEqual(found.job, given.job);
      assert.deepEqual(found.history, []);
    });

    test("keeps every kind of backoff", async () => {
      await using opened = await engine.open(OPTIONS);
      const backoffs: Backoff[] = [
        { by: "default" },
        { by: "fixed", delayMs: 0 },
        { by: "exponential", initialMs: 5, factor: 1.25, maxMs: 9, jitter: 0.1 },
        { by: "delays", delaysMs: [0] },
      ];
      const jobs = backoffs.map((backoff, i) => newJob(`${i}`, { retry: { maxRetries: i, backoff } }));

      await opened.store.enqueue(jobs);

      for (const { job } of jobs) assert.deepEqual((await stored(opened.store, job.id)).job, job);
    });

    for (const [what, payload] of [
      ["no bytes at all", data(0)],
      ["one byte", data(1)],
      ["JSON text", json('{"a":[1,"ü\\u0000"]}')],
      ["JSON text of 1 KiB", json(`"${"x".repeat(1_022)}"`)],
      ["1 KiB", data(1_024)],
      ["1 KiB and a byte", data(1_025)],
      ["100 KiB", data(102_400)],
      ["JSON text of 100 KiB", json(`"${"é".repeat(51_199)}"`)],
      ["1 MiB", data(1 << 20)],
      ["JSON text of 1 MiB", json(`"${"x".repeat((1 << 20) - 2)}"`)],
    ] as const) {
      test(`keeps and delivers a payload of ${what}, byte by byte`, async () => {
        await using opened = await engine.open(OPTIONS);
        await opened.store.enqueue([newJob("it", { payload, payloadBytes: payload.bytes.length + 3 })]);

        assert.equal(hex((await stored(opened.store, "it")).payload), hex(payload));
        const [outcome] = await reserveNext(opened.store);
        assert.equal(outcome?.payload && hex(outcome.payload), hex(payload));
        assert.equal(outcome?.payloadBytes, payload.bytes.length + 3);
      });
    }

    test("of an id that is stored changes nothing and answers with the stored job", async () => {
      await using opened = await engine.open(OPTIONS);
      const first = newJob("same", { priority: 1 });
      await opened.store.enqueue([first]);
      const [reserved] = await reserveNext(opened.store);

      const again = newJob("same", { priority: 2, name: "else", payload: json("2") });
      const [answer] = await opened.store.enqueue([again]);

      assert.ok(reserved && !("refused" in reserved.decision));
      assert.deepEqual(answer, { job: reserved.decision.job, duplicate: true });
      assert.equal(hex((await stored(opened.store, "same")).payload), hex(first.payload));
      assert.deepEqual(await talliesOf(opened.store), { mail: { reserved: 1 } });
    });

    test("of one id twice in one call stores the first", async () => {
      await using opened = await engine.open(OPTIONS);

      const answers = await opened.store.enqueue([
        newJob("a", { priority: 1 }),
        newJob("b"),
        newJob("a", { priority: 2 }),
      ]);

      assert.deepEqual(
        answers.map(({ job, duplicate }) => [job.id, job.priority, duplicate]),
        [
          ["a", 1, false],
          ["b", 0, false],
          ["a", 1, true],
        ],
      );
      assert.deepEqual(await talliesOf(opened.store), { mail: { ready: 2 } });
    });

    test("of one id from two callers at once stores one of them and tells the other", async () => {
      await using opened = await engine.open(OPTIONS);
      const calls = [1, 2, 3].map((priority) => opened.store.enqueue([newJob("same", { priority })]));

      const answers = (await Promise.all(calls)).flat();

      assert.equal(answers.filter(({ duplicate }) => !duplicate).length, 1);
      assert.equal(new Set(answers.map(({ job }) => job.priority)).size, 1);
      assert.deepEqual(await talliesOf(opened.store), { mail: { ready: 1 } });
    });

    test("answers 1,000 jobs in their order, and none for none", async () => {
      await using opened = await engine.open(OPTIONS);
      const ids = Array.from({ length: 1_000 }, (_, i) => `job-${(i * 7) % 1_000}`);

      const answers = await opened.store.enqueue(ids.map((id) => newJob(id)));

      assert.deepEqual(
        answers.map(({ job }) => job.id),
        ids,
      );
      assert.deepEqual(idsOf(await reserveNext(opened.store)), ids);
      assert.deepEqual(await opened.store.enqueue([]), []);
    });

    test("of many callers at once answers each with its own jobs", async () => {
      await using opened = await engine.open(OPTIONS);
      const calls = Array.from({ length: 100 }, (_, i) => [`${i}-a`, `${i}-b`]);

      const answers = await Promise.all(
        calls.map((ids) => opened.store.enqueue(ids.map((id) => newJob(id)))),
      );

      assert.deepEqual(
        answers.map((jobs) => jobs.map(({ job }) => job.id as string)),
        calls,
      );
    });
  });
}
