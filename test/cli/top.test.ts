// The screen of `lakh top`: what it draws at each size, what keys do, what one frame after the other adds up to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { bar, sparkline } from "../../src/cli/bars.ts";
import { type Line, lineWidth } from "../../src/cli/screen-line.ts";
import { topScreen } from "../../src/cli/top-screen.ts";
import { initialState, sortedQueues, type TopState, withFrame, withKey } from "../../src/cli/top-state.ts";
import { toWatchFrame } from "../../src/client/watch-frame.ts";
import { WatchResponseSchema } from "../../src/gen/lakh/v1/admin_pb.ts";
import { answerAsAdmin, now } from "../client/admin-answers.ts";
import { openFakeServer } from "../client/fake-server.ts";
import { runCli } from "./run-cli.ts";

const frame = (init: MessageInitShape<typeof WatchResponseSchema>) =>
  toWatchFrame(create(WatchResponseSchema, init));
const text = (lines: readonly Line[]) =>
  lines.map((line) =>
    line
      .map((piece) => piece.text)
      .join("")
      .trimEnd(),
  );

const busy = frame({
  sequence: 1n,
  snapshot: true,
  overview: {
    jobs: { ready: 13_000n, reserved: 9n, dead: 4_120n },
    rates: { enqueued: 512.4, succeeded: 490, failed: 4.1 },
    wait: { count: 1n, p50: durationFromMs(12), p95: durationFromMs(80), p99: durationFromMs(2_100) },
    oldestReadyAge: durationFromMs(14 * 60_000),
    oldestReadyName: "pdf",
    queues: 3,
    pausedQueues: 1,
    workers: 2,
    capacity: 20,
    held: 10,
    nodes: [{ version: "0.1.0" }],
    storeBytes: 44_040_192n,
  },
  queues: [
    { name: "pdf", jobs: { ready: 12_000n }, oldestReadyAge: durationFromMs(14 * 60_000) },
    {
      name: "mail",
      jobs: { ready: 1_000n, reserved: 9n, dead: 4_120n },
      rates: { enqueued: 512, succeeded: 490 },
      workers: 2,
      oldestReadyAge: durationFromMs(3_000),
    },
    { name: "evil\u001b[2J", paused: true },
  ],
  workers: [{ workerId: "a" }, { workerId: "b", draining: true }],
  operations: [{ id: "o", kind: 1, state: 1, changed: 5n, searched: 10n, candidates: 100n }],
});
const live = (): TopState => withFrame(initialState("http://127.0.0.1:50051"), busy);

test("at 80 columns and 24 rows everything is there, and nothing sticks out", () => {
  assert.deepEqual(text(topScreen(live(), { columns: 80, rows: 24 }, now)), [
    "lakh top  127.0.0.1:50051                                      ● Live  12:01:00Z",
    "",
    "in       512/s                         p50    p95    p99   ready          13,000",
    "out        0/s               wait     12ms   80ms   2.1s   reserved            9",
    "done     490/s               run         ·      ·      ·   scheduled           0",
    "failed   4.1/s               busy   10/20 ███████          retrying            0",
    "dead       0/s               oldest 14m pdf                dead            4,120",
    "",
    "NAME               READY OLDEST RESERVED RETRYING  DEAD   IN/S DONE/S    WORKERS",
    "pdf                  12k    14m        ·        ·     ·      ·      · no workers",
    "mail                1000     3s        9        ·  4120    512    490          2",
    "evil\\u001b[2J          ·      ·        ·        ·     ·      ·      ·     paused",
    ...Array.from({ length: 9 }, () => ""),
    "",
    "Retrying: 5 of 50, 20/s, 2s left",
    " s  sort by depth    p  pause    q  quit",
  ]);
});

test("a screen has exactly its size, from tiny to huge, before and after the first frame", () => {
  for (const state of [initialState("http://a"), live(), withKey(live(), "p")]) {
    for (const size of [
      { columns: 20, rows: 5 },
      { columns: 54, rows: 12 },
      { columns: 80, rows: 24 },
      { columns: 140, rows: 40 },
      { columns: 300, rows: 90 },
    ]) {
      const lines = topScreen(state as TopState, size, now);

      assert.equal(lines.length, size.rows, JSON.stringify(size));
      for (const line of lines)
        assert.equal(lineWidth(line), size.columns, JSON.stringify([size, text([line])]));
    }
  }
});

test("queues that have no room are counted", () => {
  const queues = Array.from({ length: 50 }, (_, n) => ({ name: `q${n}` }));
  const state = withFrame(live(), frame({ sequence: 2n, snapshot: true, queues }));

  assert.ok(text(topScreen(state, { columns: 80, rows: 24 }, now)).includes("and 37 more"));
});

test("s sorts by depth, age, rate, name; p freezes; q and Ctrl-C leave; other keys do nothing", () => {
  const orders: string[][] = [];
  let state = live();
  for (const _ of [1, 2, 3, 4]) {
    orders.push(sortedQueues(state).map(({ name }) => name.slice(0, 4)));
    state = withKey(state, "s") ?? state;
  }

  assert.deepEqual(orders, [
    ["pdf", "mail", "evil"],
    ["pdf", "mail", "evil"],
    ["mail", "evil", "pdf"],
    ["evil", "mail", "pdf"],
  ]);
  assert.equal(state.sort, "depth");
  assert.equal(withKey(state, "p")?.isPaused, true);
  assert.equal(withKey(state, "x"), state);
  assert.deepEqual([withKey(state, "q"), withKey(state, "\u0003")], [undefined, undefined]);
});

test("differences change what they name, and a snapshot forgets the rest", () => {
  const next = withFrame(
    live(),
    frame({
      sequence: 2n,
      queues: [{ name: "mail" }],
      queuesGone: ["pdf"],
      workersGone: ["b"],
      operations: [{ id: "o", state: 2 }],
    }),
  );

  assert.deepEqual([...next.queues.keys()].sort(), ["evil\u001b[2J", "mail"]);
  assert.equal(next.queues.get("mail")?.jobs.ready, 0);
  assert.equal(next.overview?.queues, 3);
  assert.deepEqual([[...next.workers.keys()], next.operations.size], [["a"], 0]);
  assert.deepEqual(
    [...withFrame(next, frame({ snapshot: true, queues: [{ name: "x" }] })).queues.keys()],
    ["x"],
  );
});

test("numbers of a server that is away are dim, its title is not", () => {
  const [title, ...rest] = topScreen({ ...live(), status: "reconnecting" }, { columns: 80, rows: 24 }, now);

  assert.ok(title?.some(({ text: shown, paint }) => shown.includes("Reconnecting") && paint === "yellow"));
  for (const { text: shown, paint } of rest.flat()) if (shown.trim() !== "") assert.equal(paint, "dim");
});

test("a history does not grow without bound", () => {
  let state = live();
  for (let n = 0; n < 500; n++) state = withFrame(state, busy);

  assert.equal(state.history.length, 120);
});

test("pictures: the highest fills the line, what is not nothing shows, what is nothing does not", () => {
  assert.equal(sparkline([0, 1, 50, 100], 6), "  ▁▂▅█");
  assert.equal(sparkline([0, 0], 3), " ▁▁");
  assert.deepEqual(
    [bar(0, 10, 4), bar(1, 1_000, 4), bar(5, 10, 4), bar(99, 10, 4)],
    ["    ", "▏   ", "██  ", "████"],
  );
});

test("without a terminal it is printed once, without keys", async (t) => {
  const server = await openFakeServer(t);
  answerAsAdmin(server);

  const { code, out } = await runCli(["top", "--server", server.url], { now });

  assert.equal(code, 0);
  assert.match(out, /● Live {2}12:01:00Z\n[\s\S]*mail\.welcome .* 12k .* no workers\n/);
  assert.doesNotMatch(out, /quit/);
});
