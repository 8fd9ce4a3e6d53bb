// What the disk changed behind the engine's back is noticed, and reaches no worker. SQLite does not checksum its pages.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { openStore } from "../../src/store/open.ts";
import { StoreFault } from "../../src/store/store.ts";
import { wordOf } from "../job/samples.ts";
import { drawSeed } from "../seed.ts";
import { idsOf, moveOne, reserveNext, talliesOf } from "./engine.ts";
import { data, idOf, NOW, newJob, RETENTION, WORKER } from "./new-jobs.ts";
import { makeDirectory, removeDirectory } from "./sqlite-engine.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const SIZES = { small: 100, large: 5_000 } as const;

function open(directory: string) {
  return openStore(`sqlite:${directory}`, OPTIONS);
}

/** A directory with three ready jobs: "small" and "large", which will be damaged, and "sound". */
async function storeWith(damage: (file: string) => void) {
  const directory = makeDirectory();
  const store = await open(directory);
  const jobs = Object.entries(SIZES).map(([id, size]) => newJob(id, { payload: data(size) }));
  await store.enqueue([...jobs, newJob("sound")]);
  await store.close();
  damage(join(directory, "lakh.db"));

  const damaged = await open(directory);
  return {
    store: damaged,
    [Symbol.asyncDispose]: async () => {
      await damaged.close();
      removeDirectory(directory);
    },
  };
}

function withSql(sql: string): (file: string) => void {
  return (file) => {
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
  };
}

/** Flips one bit of each payload, wherever it lies in the file. */
function flipPayloads(file: string): void {
  const bytes = readFileSync(file);
  for (const size of Object.values(SIZES)) {
    const at = bytes.indexOf(data(size).bytes.subarray(0, 64));
    assert.ok(at > 0, "the payload is not where it should be: no fault was injected");
    bytes[at + 40] = (bytes[at + 40] ?? 0) ^ 0x10;
  }
  writeFileSync(file, bytes);
}

const DAMAGES: Readonly<Record<string, (file: string) => void>> = {
  "a bit of the payload flipped on disk": flipPayloads,
  "a byte of the payload cut off": withSql(
    `update job set payload = substr(payload, 1, 99) where id = 'small';
     update payload set bytes = substr(bytes, 2)`,
  ),
  "the payload gone": withSql("update job set payload = null where id = 'small'; delete from payload"),
  "another job's payload": withSql("update job set payload = x'00' where id in ('small', 'large')"),
  "another name": withSql("update job set name = 'mali' where id in ('small', 'large')"),
  "another checksum": withSql("update job set checksum = checksum + 1 where id in ('small', 'large')"),
};

describe("a job that does not match its checksum", () => {
  for (const [damage, inflict] of Object.entries(DAMAGES)) {
    test(`(${damage}) is not shown, not delivered, and dies`, async () => {
      await using opened = await storeWith(inflict);
      const { store } = opened;
      for (const id of Object.keys(SIZES)) {
        await assert.rejects(store.get(idOf(id)), (fault) => {
          assert.ok(fault instanceof StoreFault && fault.kind === "damaged");
          return fault.message.includes(id);
        });
      }

      const outcomes = [...(await reserveNext(store)), ...(await reserveNext(store, "mali"))];

      assert.deepEqual(outcomes.map(({ id, decision }) => `${id} ${wordOf(decision)}`).sort(), [
        "large dead",
        "small dead",
        "sound reserved",
      ]);
      for (const { id, decision, payload } of outcomes) {
        if (id === "sound") continue;
        assert.equal(payload, undefined);
        const state = "job" in decision && decision.job.state;
        assert.deepEqual(state, { is: "dead", finishedAt: NOW, reason: "damaged" });
      }
      assert.deepEqual(idsOf(await reserveNext(store)), []);
    });
  }

  test("does not stop the others, nor the store", async () => {
    await using opened = await storeWith(flipPayloads);
    await reserveNext(opened.store);

    await moveOne(opened.store, "sound", { move: "succeed", by: WORKER, attempt: 1 });

    assert.deepEqual(await talliesOf(opened.store), { mail: { succeeded: 1, dead: 2 } });
  });

  test("is listed, but left out where whole jobs are asked for, and found by no text", async () => {
    await using opened = await storeWith(flipPayloads);
    const search = { filter: {}, order: "oldest", jobsMax: 9, searchMax: 9 } as const;

    const listed = await opened.store.search(search);
    const whole = await opened.store.search({ ...search, whole: { bytesMax: 1 << 20 } });
    const some = await opened.store.search({ ...search, filter: { payloadText: "job" } });

    assert.deepEqual(idsOf(listed.jobs), ["small", "large", "sound"]);
    assert.deepEqual([idsOf(whole.jobs), whole.whole.length], [["sound"], 1]);
    assert.deepEqual(idsOf(some.jobs), ["sound"]);
  });

  test("does not hide the other dead jobs", async () => {
    await using opened = await storeWith(flipPayloads);
    await reserveNext(opened.store);
    await moveOne(opened.store, "sound", { move: "fail", by: WORKER, attempt: 1, final: true });

    const dead = await opened.store.newestDead(1 << 20);

    assert.ok(dead.some(({ job }) => job.id === "sound"));
  });
});

describe("D6: of flipped bits anywhere in the file", () => {
  const FLIPS = 150;
  const JOBS = Array.from({ length: 40 }, (_, i) => newJob(`job-${i}`, { payload: data(200 + i * 37) }));
  const expected = new Map(JOBS.map(({ job, payload }) => [job.id, Buffer.from(payload.bytes)]));

  async function makeImage(): Promise<Buffer> {
    const directory = makeDirectory();
    const store = await open(directory);
    await store.enqueue(JOBS);
    await store.close();
    const image = readFileSync(join(directory, "lakh.db"));
    removeDirectory(directory);
    return image;
  }

  /** What reading every job says: "same", "noticed" when a fault was thrown, "wrong" for another payload. */
  async function readAll(directory: string): Promise<"same" | "noticed" | "wrong"> {
    let store: Awaited<ReturnType<typeof open>>;
    try {
      store = await open(directory);
    } catch (fault) {
      if (fault instanceof StoreFault) return "noticed";
      throw fault;
    }
    let outcome: "same" | "noticed" | "wrong" = "same";
    for (const [id, payload] of expected) {
      try {
        const found = await store.get(id);
        if (!found) outcome = outcome === "wrong" ? "wrong" : "noticed";
        else if (!payload.equals(found.payload.bytes)) outcome = "wrong";
      } catch (fault) {
        if (!(fault instanceof StoreFault)) throw fault;
        if (outcome === "same") outcome = "noticed";
      }
    }
    await store.close();
    return outcome;
  }

  /** The same without the checksum: what a store that trusts SQLite would serve. */
  function readUnchecked(file: string): "same" | "wrong" {
    const db = new DatabaseSync(file);
    try {
      const sql =
        "select id, coalesce(payload, (select bytes from payload p where p.seq = job.seq)) as bytes from job";
      for (const row of db.prepare(sql).all()) {
        const payload = expected.get(idOf(String(row.id)));
        if (payload && !payload.equals(row.bytes as Uint8Array)) return "wrong";
      }
    } catch {
      return "same";
    } finally {
      db.close();
    }
    return "same";
  }

  test(`none of ${FLIPS} serves a wrong payload, where a store without checksums would have`, async (t) => {
    const image = await makeImage();
    const seed = drawSeed();
    t.diagnostic(`seed ${seed}`);
    const counts = { same: 0, noticed: 0, wrong: 0, unchecked: 0 };
    const root = makeDirectory();
    for (let i = 0; i < FLIPS; i++) {
      const share = ((seed + i * 2_654_435_761) % 4_294_967_296) / 4_294_967_296;
      const bit = Math.floor(share * image.length * 8);
      const bytes = Buffer.from(image);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const [bare, directory] = [join(root, `${i}.db`), join(root, `${i}`)];
      mkdirSync(directory);
      for (const file of [bare, join(directory, "lakh.db")]) writeFileSync(file, bytes);
      if (readUnchecked(bare) === "wrong") counts.unchecked++;
      counts[await readAll(directory)]++;
    }
    removeDirectory(root);

    t.diagnostic(JSON.stringify(counts));
    assert.equal(counts.wrong, 0);
    assert.ok(counts.unchecked > 0, "no flip reached a payload: no fault was injected");
    assert.ok(counts.noticed >= counts.unchecked);
  });
});
