// The contract of `select: "next"`: who is handed out, in what order, and where it ends.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Job } from "../../src/job/job.ts";
import type { NextReady, Store } from "../../src/store/store.ts";
import { type Engine, idsOf, moveOne, reserveNext } from "./engine.ts";
import {
  data,
  idOf,
  type JobFacts,
  NOW,
  nameOf,
  newJob,
  RETENTION,
  reserveBy,
  SECOND,
  WORKER,
} from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };

type Bounds = Partial<NextReady> & { readonly inAll?: number };

function next(rooms: Record<string, number>, { inAll = 1_000, ...bounds }: Bounds = {}): NextReady {
  const each = new Map(Object.entries(rooms).map(([name, room]) => [nameOf(name), room]));
  return {
    select: "next",
    rooms: () => ({ each, inAll }),
    ...{ bytesMax: Number.MAX_SAFE_INTEGER, deal: () => reserveBy() },
    ...bounds,
  };
}

async function enqueue(store: Store, jobs: Record<string, JobFacts>): Promise<void> {
  await store.enqueue(Object.entries(jobs).map(([id, facts]) => newJob(id, facts)));
}

async function reserved(store: Store, selection: NextReady): Promise<string[]> {
  return idsOf((await store.change(selection, NOW)).outcomes);
}

export function testOrder(engine: Engine): void {
  describe("the next ready jobs", () => {
    test("come by priority, higher first, then in the order of their enqueue, over all names", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, {
        ...{ e: {}, h: { priority: -1 }, b: { priority: 1, name: "sms" }, f: { name: "sms" } },
        ...{ a: { priority: 100 }, c: { priority: 1 }, g: {}, i: { priority: -100, name: "sms" } },
        ...{ d: { priority: 1, name: "sms" }, x: { name: "fax", priority: 99 } },
      });

      assert.deepEqual(await reserved(opened.store, next({ mail: 99, sms: 99 })), [..."abcdefghi"]);
    });

    test("are at most the room of each name", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, {
        ...{ m1: {}, m2: {}, m3: {}, s1: { name: "sms", priority: -1 }, s2: { name: "sms", priority: -1 } },
        f1: { name: "fax", priority: 9 },
      });

      assert.deepEqual(await reserved(opened.store, next({ mail: 2, sms: 1, fax: 0 })), ["m1", "m2", "s1"]);
      assert.deepEqual(await reserved(opened.store, next({ mail: 9, nobody: 9 })), ["m3"]);
      assert.deepEqual(await reserved(opened.store, next({})), []);
    });

    test("are asked how many once, when what was asked before has been carried out", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, { a: {}, b: {}, c: {} });
      const asked: string[] = [];
      const watched = (who: string, room: number): NextReady => ({
        ...next({ mail: room }),
        rooms: () => {
          asked.push(`${who} is asked`);
          return { each: new Map([[nameOf("mail"), room]]), inAll: 9 };
        },
        deal: (job) => {
          asked.push(`${who} is dealt ${job.id}`);
          return reserveBy();
        },
      });

      const both = [watched("first", 1), watched("second", 2)].map((one) => reserved(opened.store, one));
      assert.deepEqual(await Promise.all(both), [["a"], ["b", "c"]]);
      assert.deepEqual(asked, [
        ...["first is asked", "first is dealt a"],
        ...["second is asked", "second is dealt b", "second is dealt c"],
      ]);
    });

    test("are at most the room in all, and `more` says that it ended there", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, { a: {}, b: {}, c: {}, d: { name: "sms" } });

      const first = await opened.store.change(next({ mail: 9, sms: 9 }, { inAll: 3 }), NOW);
      const rest = await opened.store.change(next({ mail: 9, sms: 9 }, { inAll: 3 }), NOW);

      assert.deepEqual([idsOf(first.outcomes), first.more], [["a", "b", "c"], true]);
      assert.deepEqual([idsOf(rest.outcomes), rest.more], [["d"], false]);
    });

    test("end with the job whose payload reaches bytesMax, by its size on the wire", async () => {
      await using opened = await engine.open(OPTIONS);
      const [payload, payloadBytes] = [data(2_000), 2_500];
      await enqueue(opened.store, {
        a: { payload, payloadBytes },
        b: { payload, payloadBytes },
        c: { payload },
      });

      const first = await opened.store.change(next({ mail: 9 }, { bytesMax: 2_501 }), NOW);
      const exactly = await opened.store.change(next({ mail: 9 }, { bytesMax: 2_000 }), NOW);

      assert.deepEqual([idsOf(first.outcomes), first.more], [["a", "b"], true]);
      assert.deepEqual([idsOf(exactly.outcomes), exactly.more], [["c"], true]);
    });

    test("are handed out one at least, however large", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, { a: { payload: data(1 << 20) }, b: {} });

      assert.deepEqual(await reserved(opened.store, next({ mail: 9 }, { bytesMax: 1 })), ["a"]);
    });

    test("are offered once each, in order, with the size of their payload", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, { b: { payload: data(5) }, a: { priority: 3, payloadBytes: 77 }, c: {} });
      const offered: [string, number][] = [];
      const deal = (job: Job, bytes: number) => {
        offered.push([job.id, bytes]);
        return reserveBy();
      };

      await opened.store.change(next({ mail: 2 }, { deal }), NOW);

      assert.deepEqual(offered, [
        ["a", 77],
        ["b", 5],
      ]);
    });

    test("stay where they are when the deal is refused, and the rest of their name with them", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, { a: {}, b: {}, s1: { name: "sms" }, c: {}, s2: { name: "sms" } });
      const before = await opened.store.get(idOf("b"));

      const dealt = await reserved(
        opened.store,
        next({ mail: 9, sms: 9 }, { deal: (job) => (job.id === "b" ? undefined : reserveBy()) }),
      );

      assert.deepEqual(dealt, ["a", "s1", "s2"]);
      assert.deepEqual(await opened.store.get(idOf("b")), before);
      assert.deepEqual(await reserved(opened.store, next({ mail: 9 })), ["b", "c"]);
    });

    test("are told to be none any more, of each name of which that is known", async () => {
      await using opened = await engine.open(OPTIONS);
      const { store } = opened;
      await enqueue(store, {
        a: {},
        b: {},
        c: {},
        s: { name: "sms" },
        f: { name: "fax" },
        g: { name: "fax" },
      });
      const emptied = async (rooms: Record<string, number>, bounds: Bounds = {}) =>
        (await store.change(next(rooms, bounds), NOW)).emptied?.toSorted();

      assert.deepEqual(await emptied({ mail: 2 }), []);
      assert.deepEqual(await emptied({ fax: 9 }, { deal: () => undefined }), []);
      assert.deepEqual(await emptied({ mail: 9, sms: 9, none: 9 }), ["mail", "none", "sms"]);
      assert.deepEqual(await emptied({ mail: 9, fax: 9 }, { inAll: 1 }), ["mail"]);
    });

    test("are found wherever they come in, however far the names were read", async () => {
      await using opened = await engine.open(OPTIONS);
      const { store } = opened;
      await enqueue(store, { a: {}, b: { priority: -1 }, c: { priority: -2 }, s: { name: "sms" } });
      const one = () => reserved(store, next({ mail: 9, sms: 9 }, { inAll: 1 }));

      assert.deepEqual(await one(), ["a"]);
      await enqueue(store, { first: { priority: 7 }, t: { name: "sms", priority: -1 } });
      assert.deepEqual(await one(), ["first"]);
      await moveOne(store, "a", { move: "release", by: WORKER, attempt: 1 });
      assert.deepEqual([await one(), await one(), await one()].flat(), ["a", "s", "b"]);
      assert.deepEqual([await one(), await one(), await one()].flat(), ["t", "c"]);
      await enqueue(store, { late: { priority: -100 } });
      assert.deepEqual(await one(), ["late"]);
    });

    test("are ready jobs alone: none that waits, is reserved or is finished", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, { waits: { dueAt: NOW }, held: { priority: 1 }, done: { priority: 1 } });
      await reserveNext(opened.store);
      await moveOne(opened.store, "done", { move: "succeed", by: WORKER, attempt: 1 });

      assert.deepEqual(await reserved(opened.store, next({ mail: 9 })), []);
    });

    test("keep their place when they come back: by priority, then by enqueue, not by when they came", async () => {
      await using opened = await engine.open(OPTIONS);
      await enqueue(opened.store, { first: {}, high: { priority: 5 }, last: {} });
      await reserveNext(opened.store);

      for (const id of ["last", "first", "high"]) {
        await moveOne(opened.store, id, { move: "release", by: WORKER, attempt: 1 });
      }

      assert.deepEqual(await reserved(opened.store, next({ mail: 9 })), ["high", "first", "last"]);
    });

    test("are one range for each of many names, read further when a name has more", async () => {
      await using opened = await engine.open(OPTIONS);
      const ids = Array.from({ length: 600 }, (_, i) => `${i}`);
      await opened.store.enqueue(ids.map((id, i) => newJob(id, { name: i % 10 === 0 ? "rare" : "often" })));

      let often = 0;
      const within = ids.filter((_, i) => i % 10 === 0 || ++often <= 500);
      assert.deepEqual(await reserved(opened.store, next({ rare: 500, often: 500, none: 500 })), within);
    });

    test("say what was, what is decided, and for whom", async () => {
      await using opened = await engine.open(OPTIONS);
      const given = newJob("it", { reservationMs: 5 * SECOND });
      await opened.store.enqueue([given]);

      const [outcome] = await reserveNext(opened.store, "mail", { stream: false });

      assert.deepEqual(outcome?.was, given.job);
      const state = { is: "reserved", by: WORKER, since: NOW, until: NOW + 5 * SECOND, stream: false };
      assert.deepEqual(outcome?.decision, { job: { ...given.job, state, attempt: 1 } });
    });
  });
}
