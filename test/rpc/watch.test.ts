// When a watcher hears what, in a time that the test tells: over a feed that says what the test says.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { Broker } from "../../src/broker/broker.ts";
import type { Frame, Interest } from "../../src/broker/feed.ts";
import { WatchRequestSchema, type WatchResponse } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobName } from "../../src/job/job.ts";
import { watch } from "../../src/rpc/watch.ts";
import { VirtualClock } from "../broker/virtual-clock.ts";

const SECOND = 1_000;
const NOTHING = {
  isSnapshot: false,
  queues: [],
  queuesGone: [],
  workers: [],
  workersGone: [],
  operations: [],
  jobs: [],
  jobsLeftOut: 0,
  jobsForgotten: [],
} as const;

/** A feed with one number to tell: how many things have changed. */
class CountingFeed {
  sequence = 100;
  watchers = 0;
  readonly reads: (number | undefined)[] = [];
  readonly interests: Interest[] = [];

  change(): void {
    this.sequence++;
  }

  watch(interest: Interest) {
    this.watchers++;
    this.interests.push(interest);
    return {
      read: async (after: number | undefined): Promise<Frame> => {
        this.reads.push(after);
        const { sequence } = this;
        const gone = after === sequence ? [] : [`changed-${sequence}` as JobName];
        return { ...NOTHING, sequence, isSnapshot: after === undefined, queuesGone: gone };
      },
      close: () => {
        this.watchers--;
      },
    };
  }
}

type Request = MessageInitShape<typeof WatchRequestSchema>;

/** A watcher who reads as soon as there is something, unless told not to. */
class Stage {
  readonly clock = new VirtualClock();
  readonly feed = new CountingFeed();
  /** What was heard: at which second after the beginning, the sequence, and whether it said anything. */
  readonly heard: (readonly [atSecond: number, sequence: number, what: "snapshot" | "news" | "beat"])[] = [];
  readonly #leaving = new AbortController();
  readonly #messages: AsyncGenerator<WatchResponse>;
  #over: Promise<unknown> = Promise.resolve();
  readonly #startAt = this.clock.now();

  constructor(request: Request) {
    const { clock, feed } = this;
    const broker = { clock, feed, settings: { retention: {} } } as unknown as Broker;
    const context = { signal: this.#leaving.signal } as HandlerContext;
    const all = { topics: [2], ...request } as Request;
    const given = { request: create(WatchRequestSchema, all), serverVersion: "1" };
    this.#messages = watch(broker, given, context);
  }

  /** Reads until the stream is over; between two messages it waits for `pause`. */
  read(pause: () => Promise<void> = async () => {}): void {
    const reading = async () => {
      for await (const { sequence, snapshot, queuesGone } of this.#messages) {
        const second = (this.clock.now() - this.#startAt) / SECOND;
        const what = snapshot ? "snapshot" : queuesGone.length > 0 ? "news" : "beat";
        this.heard.push([second, Number(sequence), what]);
        await pause();
      }
    };
    this.#over = reading().catch((fault: unknown) => fault);
  }

  async leave(reason: unknown = new ConnectError("gone", Code.Canceled)): Promise<unknown> {
    this.#leaving.abort(reason);
    await this.clock.advance(0);
    return this.#over;
  }

  async refusal(): Promise<string> {
    const fault = await this.#messages.next().catch((error: unknown) => error);
    if (!(fault instanceof ConnectError)) throw new Error("not refused");
    assert.equal(fault.code, Code.InvalidArgument);
    return fault.rawMessage;
  }
}

const seconds = (whole: number, nanos = 0) => ({ seconds: BigInt(whole), nanos });

describe("a watcher", () => {
  test("hears the snapshot at once, and then what is new, once in each interval", async () => {
    const stage = new Stage({});
    stage.read();
    await stage.clock.advance(0);
    assert.deepEqual(stage.heard, [[0, 100, "snapshot"]]);
    for (let tenth = 0; tenth < 30; tenth++) {
      stage.feed.change();
      await stage.clock.advance(100);
    }
    assert.deepEqual(stage.heard.slice(1), [[2, 120, "news"]]);
    await stage.leave();
  });

  test("hears an empty message every 5 s when there is nothing new, and news at the next interval all the same", async () => {
    const stage = new Stage({});
    stage.read();
    await stage.clock.advance(11 * SECOND);
    stage.feed.change();
    await stage.clock.advance(3 * SECOND);
    assert.deepEqual(stage.heard, [
      [0, 100, "snapshot"],
      [5, 100, "beat"],
      [10, 100, "beat"],
      [12, 101, "news"],
    ]);
    await stage.leave();
  });

  test("of a long interval hears beats between the frames, and what changed meanwhile only then", async () => {
    const stage = new Stage({ interval: seconds(12) });
    stage.read();
    await stage.clock.advance(SECOND);
    stage.feed.change();
    await stage.clock.advance(16 * SECOND);
    const beats = [5, 10].map((second) => [second, 100, "beat"]);
    assert.deepEqual(stage.heard, [[0, 100, "snapshot"], ...beats, [12, 101, "news"], [17, 101, "beat"]]);
    assert.deepEqual(stage.feed.reads, [undefined, 100]);
    await stage.leave();
  });

  test("goes on from the sequence that it has: no snapshot, and a first word all the same", async () => {
    const stage = new Stage({ afterSequence: 100n });
    stage.read();
    await stage.clock.advance(0);
    assert.deepEqual(stage.heard, [[0, 100, "beat"]]);
    assert.deepEqual(stage.feed.reads, [100]);
    await stage.leave();
  });

  test("with a sequence that no server ever gave out begins anew", async () => {
    for (const afterSequence of [2n ** 53n, 2n ** 64n - 1n]) {
      const stage = new Stage({ afterSequence });
      stage.read();
      await stage.clock.advance(0);
      assert.deepEqual(stage.feed.reads, [undefined]);
      await stage.leave();
    }
  });

  test("who reads slowly is told less often, and then of everything: nothing is queued for it", async () => {
    const stage = new Stage({ interval: seconds(1) });
    const pause = () => new Promise<void>((resolve) => stage.clock.after(10 * SECOND, resolve));
    stage.read(pause);
    for (let second = 0; second < 25; second++) {
      stage.feed.change();
      await stage.clock.advance(SECOND);
    }
    assert.deepEqual(
      stage.heard.map(([at, , what]) => [at, what]),
      [
        [0, "snapshot"],
        [11, "news"],
        [22, "news"],
      ],
    );
    assert.equal(stage.feed.reads.length, 3);
    const left = stage.leave();
    await stage.clock.advance(10 * SECOND);
    await left;
  });

  test("hears on though the wall clock jumps", async () => {
    const stage = new Stage({});
    stage.read();
    await stage.clock.advance(SECOND);
    stage.clock.jump(-3_600 * SECOND);
    stage.feed.change();
    await stage.clock.advance(SECOND);
    stage.clock.jump(7_200 * SECOND);
    stage.feed.change();
    await stage.clock.advance(2 * SECOND);
    assert.deepEqual(
      stage.heard.map(([, sequence]) => sequence),
      [100, 101, 102],
    );
    await stage.leave();
  });

  test("who leaves, and whom the server leaves, costs nothing any more", async () => {
    for (const reason of [
      new ConnectError("left", Code.Canceled),
      new ConnectError("stops", Code.Unavailable),
    ]) {
      const stage = new Stage({});
      stage.read();
      await stage.clock.advance(SECOND);
      assert.equal(stage.feed.watchers, 1);
      assert.equal(await stage.leave(reason), reason);
      assert.deepEqual([stage.feed.watchers, stage.clock.waiting], [0, 0]);
    }
  });
});

describe("what to watch", () => {
  test("is told to the feed", async () => {
    const stage = new Stage({ topics: [1, 5], names: ["a", "b"] });
    stage.read();
    await stage.clock.advance(0);
    assert.deepEqual(stage.feed.interests, [
      { topics: new Set(["overview", "jobs"]), names: new Set(["a", "b"]) },
    ]);
    await stage.leave();
  });

  const many = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
  const refused: readonly (readonly [what: string, request: Request, words: RegExp])[] = [
    ["no topics", { topics: [] }, /^topics: must be 1 to 5 topics, is 0/],
    ["6 topics", { topics: [1, 2, 3, 4, 5, 1] }, /^topics: must be 1 to 5 topics, is 6/],
    ["no topic", { topics: [1, 0] }, /^topics\[1\]: must be a topic/],
    ["an unknown topic", { topics: [6 as 5] }, /^topics\[0\]: must be a topic/],
    ["a topic twice", { topics: [1, 2, 1] }, /^topics\[2\]: must not be there twice/],
    ["101 names", { names: many(101) }, /^names: must be at most 100, is 101/],
    ["a name that is none", { names: ["a", "a b"] }, /^names\[1\]: must be 1 to 128/],
    ["an interval below 1 s", { interval: seconds(0, 998_000_000) }, /^interval: must be 1 s to 60 s/],
    ["an interval above 60 s", { interval: seconds(60, 1) }, /^interval: must be 1 s to 60 s/],
    ["an interval that is none", { interval: seconds(1, -1) }, /^interval: must be a valid/],
  ];
  for (const [what, request, words] of refused) {
    test(`is refused with ${what}`, async () => {
      const stage = new Stage(request);
      assert.match(await stage.refusal(), words);
      assert.equal(stage.feed.watchers, 0);
    });
  }

  test("is taken at its bounds", async () => {
    const requests: Request[] = [
      { topics: [1, 2, 3, 4, 5] },
      { names: many(100) },
      { interval: seconds(1) },
      { interval: seconds(60) },
    ];
    for (const request of requests) {
      const stage = new Stage(request);
      stage.read();
      await stage.clock.advance(0);
      assert.equal(stage.heard.length, 1);
      await stage.leave();
    }
  });
});
