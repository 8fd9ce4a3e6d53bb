// The badge "no workers": after 15 s of ready jobs that nobody offers to do, and never for a deploy, a pause, or what
// nobody has looked at.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { type Queue, QueueSchema } from "../../src/gen/lakh/v1/overview_pb.ts";
import { isUnserved, UNSERVED_MS, UnservedWatch } from "../../web/queues/unserved.ts";

function queue(name: string, { ready = 1n, workers = 0, paused = false } = {}): Queue {
  return create(QueueSchema, { name, jobs: { ready }, workers, paused });
}

/** Looks once a second; `at` says what there is then. */
function watched(seconds: number, at: (second: number) => readonly Queue[]): readonly (readonly string[])[] {
  const watch = new UnservedWatch();
  return Array.from({ length: seconds + 1 }, (_, second) => [...watch.look(at(second), second * 1_000)]);
}

test("ready jobs, no worker and no pause: all three", () => {
  assert.equal(isUnserved(queue("a")), true);
  assert.equal(isUnserved(queue("a", { ready: 0n })), false);
  assert.equal(isUnserved(queue("a", { workers: 1 })), false);
  assert.equal(isUnserved(queue("a", { paused: true })), false);
});

test("it is told when it has been so for 15 s, and no sooner", () => {
  const told = watched(16, () => [queue("a"), queue("b", { workers: 2 })]);
  assert.equal(UNSERVED_MS, 15_000);
  assert.deepEqual(told[14], []);
  assert.deepEqual(told[15], ["a"]);
  assert.deepEqual(told[16], ["a"]);
});

test("it leaves with the first worker, and a deploy of 14 s does not flash it", () => {
  const told = watched(60, (second) => [queue("a", { workers: second % 20 < 6 ? 1 : 0 })]);
  assert.deepEqual(told.flat(), []);
  const left = watched(20, (second) => [queue("a", { workers: second < 18 ? 0 : 1 })]);
  assert.deepEqual([left[17], left[18]], [["a"], []]);
});

test("a pause takes it away, and after the pause it begins anew", () => {
  const told = watched(50, (second) => [queue("a", { paused: second >= 20 && second < 30 })]);
  assert.deepEqual([told[19], told[20], told[44], told[45]], [["a"], [], [], ["a"]]);
});

test("another screen goes on with what the first has seen; after a time without looking it begins anew", () => {
  const watch = new UnservedWatch();
  for (let second = 0; second < 10; second++) watch.look([queue("a"), queue("b")], second * 1_000);
  for (let second = 10; second < 15; second++) watch.look([queue("b")], second * 1_000);
  assert.deepEqual([...watch.look([queue("b")], 15_000)], ["b"]);
  assert.deepEqual([...watch.look([queue("a"), queue("b")], 16_000)], ["b"]);
  assert.deepEqual([...watch.look([queue("b")], 60_000)], []);
});
