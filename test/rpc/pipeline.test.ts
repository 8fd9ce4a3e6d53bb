// Messages of one stream under way together: many small ones, few large ones, told in their order.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Pipeline, weightOf } from "../../src/rpc/pipeline.ts";

const MiB = 1 << 20;

/** How many messages of this size are taken before the pipeline makes their sender wait. */
async function takenAtOnce(bytes: number): Promise<number> {
  const pipeline = new Pipeline();
  const hold = Promise.withResolvers<void>();
  let taken = 0;
  const sending = (async () => {
    for (let i = 0; i < 2_000; i++) {
      await pipeline.add(hold.promise, () => {}, weightOf(bytes));
      taken++;
    }
  })();
  await new Promise((resolve) => setImmediate(resolve));
  const before = taken;
  hold.resolve();
  await sending;
  return before;
}

describe("a pipeline", () => {
  test("takes hundreds of small messages, so that they are committed together", async () => {
    assert.equal(await takenAtOnce(100), 999);
  });

  test("takes few large ones, so that they do not fill the memory", async () => {
    assert.equal(await takenAtOnce(4 * MiB), 16);
    const most = (await takenAtOnce(MiB)) * MiB;
    assert.ok(most <= 64 * MiB, `${most / MiB} MiB`);
  });

  test("tells in the order in which the work began, whatever is done first", async () => {
    const pipeline = new Pipeline();
    const works = [1, 2, 3].map(() => Promise.withResolvers<void>());
    const told: number[] = [];
    for (const [i, { promise }] of works.entries()) await pipeline.add(promise, () => told.push(i));
    for (const { resolve } of works.toReversed()) resolve();
    await pipeline.finish();
    assert.deepEqual(told, [0, 1, 2]);
  });

  test("rejects as the work did, at the end or when it is full, and tells nothing after that", async () => {
    const told: string[] = [];
    const broken = new Pipeline();
    await broken.add(Promise.reject(new Error("no disk")), () => told.push("first"));
    await broken.add(Promise.resolve(), () => told.push("second"));
    await assert.rejects(broken.finish(), /no disk/);
    const full = new Pipeline();
    await assert.rejects(
      full.add(Promise.reject(new Error("no disk")), () => {}, 1_000),
      /no disk/,
    );
    assert.deepEqual(told, []);
  });
});
