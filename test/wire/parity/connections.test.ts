// What happens to connections and streams around unary calls: many at once, one after another without waiting, clients
// that leave in the middle, and a server that does. The same by both paths, in the log too.
import assert from "node:assert/strict";
import { constants } from "node:http2";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { openPeer, untilClosed } from "../../server/port-peers.ts";
import { forgiven } from "./allowed.ts";
import { callOf, FOUR_LANES, LANES, type Lane } from "./dialects.ts";
import { ANSWERS, REFUSALS } from "./endings.ts";
import { headOf } from "./http1-recorder.ts";
import { Http2Recorder, headersOf } from "./http2-recorder.ts";
import { assertSame, assertSameOutcome, type LogRecord, type Side } from "./pair.ts";
import { type Endings, openScriptedPair, type ScriptedOptions } from "./scripted-port.ts";
import type { RawCall } from "./sight.ts";

const { enqueue } = ProducerService.method;
const NEVER = new Promise<never>(() => {});

/** Endings that wait, and say in the log that they do and how it ended. */
const waiting: ScriptedOptions["endings"] = (log): Endings => ({
  ...ANSWERS,
  ...REFUSALS,
  stubborn: () => {
    log.debug({}, "waiting");
    return NEVER;
  },
  obedient: (_request, { signal }) => {
    log.debug({ isAborted: signal.aborted }, "waiting");
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        log.debug({ isAborted: signal.aborted }, "aborted");
        reject(signal.reason);
      });
    });
  },
});

const pair = await openScriptedPair({ endings: waiting });
after(() => pair[Symbol.asyncDispose]());

const call = (lane: Lane, name: string, id = "a") => callOf(lane, enqueue, { jobs: [{ name, id }] });
const http1Lanes = LANES.filter(({ http }) => http === "1.1");
const http2Lanes = LANES.filter(({ http }) => http === "2");
const names = ["", "metadata", "an empty answer", "a large answer", "code Internal", "headers and trailers"];
const inOrder = (log: LogRecord[]) => log.map((record) => JSON.stringify(record)).sort();

test("calls that follow each other on one connection without waiting are answered in their order", async () => {
  const calls = names.flatMap((name) => http1Lanes.map((lane) => call(lane, name)));
  await assertSameOutcome(pair, (side) => side.http1.pipeline(calls));
});

test("100 calls at once on one session are answered each with its own", async () => {
  await assertSameOutcome(pair, async (side) => {
    const calls = Array.from({ length: 100 }, (_, i) =>
      call(http2Lanes[i % http2Lanes.length] as Lane, names[i % names.length] ?? "", `job ${i}`),
    );
    const sights = await Promise.all(calls.map((one) => side.ask(one, "2")));
    return [sights, inOrder(side.takeLog())];
  });
});

test("a client with a small window gets a large answer piece by piece", async () => {
  await assertSameOutcome(pair, async ({ port }) => {
    using recorder = new Http2Recorder(port, 1_000);
    return Promise.all(http2Lanes.map((lane) => recorder.ask(call(lane, "a large answer"))));
  });
});

describe("a client that leaves in the middle of its request is forgotten:", () => {
  for (const lane of LANES) {
    test(lane.title, async () => {
      const { body = [], ...rest } = call(lane, "");
      const half = body[0]?.subarray(0, -1) ?? Buffer.alloc(0);
      await assertSameOutcome(pair, async (side) => {
        if (lane.http === "2") {
          const session = await side.http2.open();
          const stream = session.request(headersOf(rest)).on("error", () => {});
          stream.write(half, () => stream.close(constants.NGHTTP2_CANCEL));
          await untilClosed(stream);
        } else {
          const peer = await openPeer(side.port, headOf({ ...rest, body }));
          peer.socket.write(half);
          peer.socket.end();
          await untilClosed(peer.socket);
        }
        return side.ask(call(lane, ""), lane.http);
      });
    });
  }
});

const CODES = { NO_ERROR: 0, INTERNAL_ERROR: 2, REFUSED_STREAM: 7, CANCEL: 8, ENHANCE_YOUR_CALM: 11 };

describe("a client that leaves while its call is under way is told to the handler and to the log:", () => {
  for (const lane of http2Lanes) {
    for (const [name, code] of Object.entries(CODES)) {
      test(`${lane.title}, by ${name}`, async () => {
        for (const ending of ["obedient", "stubborn"]) {
          await assertSameOutcome(pair, async (side) => {
            const { body = [], ...rest } = call(lane, ending);
            const stream = (await side.http2.open()).request(headersOf(rest)).on("error", () => {});
            stream.end(body[0]);
            await side.logged("waiting");
            stream.close(code);
            await side.logged("rpc ended");
            return forgiven(side.takeLog());
          });
        }
      });
    }
  }

  for (const lane of http1Lanes) {
    for (const how of ["end", "destroy", "resetAndDestroy"] as const) {
      test(`${lane.title}, by ${how}`, async () => {
        for (const ending of ["obedient", "stubborn"]) {
          await assertSameOutcome(pair, async (side) => {
            const asked = call(lane, ending);
            const peer = await openPeer(side.port, headOf(asked));
            peer.socket.write(asked.body?.[0] ?? "");
            await side.logged("waiting");
            peer.socket[how]();
            await side.logged("rpc ended");
            return forgiven(side.takeLog());
          });
        }
      });
    }
  }

  test("a whole session", async () => {
    await assertSameOutcome(pair, async (side) => {
      using recorder = new Http2Recorder(side.port);
      const session = await recorder.open();
      const { body = [], ...rest } = call(FOUR_LANES[0] as Lane, "obedient");
      session
        .request(headersOf(rest))
        .on("error", () => {})
        .end(body[0]);
      await side.logged("waiting");
      session.destroy();
      await side.logged("rpc ended");
      return forgiven(side.takeLog());
    });
  });
});

/** Half of the request at once, the rest after a pause. */
function slowly(call: RawCall, pause: () => Promise<unknown>): RawCall {
  const bytes = Buffer.concat(call.body ?? []);
  const half = bytes.length >> 1;
  return { ...call, body: [bytes.subarray(0, half), bytes.subarray(half)], pause };
}

describe("a request that takes its time", () => {
  test("is answered", () => assertSame(pair, LANES, (lane) => slowly(call(lane, ""), () => sleep(5))));

  /** Says in the log that the head of a request has come, and that its deadline, if it has one, begins to run. */
  const prepare: ScriptedOptions["prepare"] = (app, log) => {
    app.addHook("onRequest", async () => log.debug({}, "request heard"));
  };

  test("and is late for its deadline is told so", async () => {
    await using hearing = await openScriptedPair({ prepare });
    for (const lane of LANES) {
      const { timeout } = lane.dialect;
      const asked = call(lane, "");
      const deadline = [timeout, timeout === "grpc-timeout" ? "10m" : "10"] as const;
      await assertSameOutcome(hearing, (side) => {
        // Timers come in the order in which they are due, however late the machine is.
        const pause = () => side.logged("request heard").then(() => sleep(40));
        return side.ask(slowly({ ...asked, headers: [...asked.headers, deadline] }, pause), lane.http);
      });
    }
  });

  test("and finds the server stopping is told so", async () => {
    for (const lane of LANES) {
      await using stopping = await openScriptedPair({ endings: waiting, prepare });
      const heard = await assertSameOutcome(stopping, async (side) => {
        const witness = side.http2.ask(call(http2Lanes[0] as Lane, "obedient"));
        await side.logged("waiting");
        side.takeLog();
        const stopped = Promise.withResolvers<void>();
        const answer = side.ask(
          slowly(call(lane, ""), () => stopped.promise),
          lane.http,
        );
        await side.logged("request heard");
        const closed = side.stop();
        await side.logged("aborted");
        stopped.resolve();
        await Promise.all([witness, closed]);
        return [await answer, inOrder(side.takeLog())];
      });
      assert.match(JSON.stringify(heard), /server( |%20)is( |%20)shutting( |%20)down/, lane.title);
    }
  });
});

describe("a server that stops", () => {
  for (const lane of LANES) {
    for (const ending of ["obedient", "stubborn"]) {
      test(`ends a call that is under way, and ${ending}: ${lane.title}`, async () => {
        await using stopping = await openScriptedPair({ endings: waiting });
        const heard = await assertSameOutcome(stopping, async (side: Side) => {
          const answer = side.ask(call(lane, ending), lane.http);
          await side.logged("waiting");
          await side.stop();
          return [await answer, inOrder(side.takeLog())];
        });
        assert.match(JSON.stringify(heard), /server( |%20)is( |%20)shutting( |%20)down/);
      });
    }
  }
});

test("after all that, both still serve", async () => {
  await assertSame(pair, LANES, (lane) => call(lane, ""));
});
