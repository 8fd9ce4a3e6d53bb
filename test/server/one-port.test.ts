// The one port at its edges: peers that stall, split what they say, send too much, or never read.
import assert from "node:assert/strict";
import { once } from "node:events";
import { constants } from "node:http2";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { WatchJobRequestSchema } from "../../src/gen/lakh/v1/producer_pb.ts";
import { protocolOf } from "../../src/server/sniff.ts";
import {
  closedAfter,
  envelope,
  http2Hello,
  openCall,
  openPeer,
  openSession,
  untilClosed,
} from "./port-peers.ts";
import { floodMessages, openRpcPort, type RpcPort } from "./rpc-port.ts";

const watchPath = "/lakh.v1.ProducerService/WatchJob";
const enqueuePath = "/lakh.v1.ProducerService/Enqueue";
const watchRequest = (id: string) =>
  envelope(toBinary(WatchJobRequestSchema, create(WatchJobRequestSchema, { id })));

/** Long enough that the other end has read what was written before, and too short for any timeout. */
const apart = () => sleep(30);

describe("the first bytes", () => {
  test("tell TLS, HTTP/2 and HTTP/1.1 apart as soon as they can", () => {
    const told = (text: string) => protocolOf(Buffer.from(text, "latin1"));

    assert.equal(told("\x16"), "tls");
    assert.equal(told("PRI * HTTP/2.0"), "http2");
    assert.equal(told("G"), "http1");
    assert.equal(told("PUT /"), "http1");
    assert.equal(told("PRO"), "http1");
    for (const undecided of ["", "P", "PR"]) assert.equal(told(undecided), undefined);
  });

  test("may come apart: HTTP/1.1 after 'PR'", async () => {
    await using server = await closing();
    const peer = await openPeer(server.port, "PR");
    await apart();
    peer.socket.write("OPFIND /nowhere HTTP/1.1\r\nhost: x\r\n\r\n");
    assert.match(await peer.hears("unimplemented"), /^HTTP\/1.1 404/);
  });

  test("may come apart: the HTTP/2 preface byte by byte", async () => {
    await using server = await closing();
    const peer = await openPeer(server.port);
    for (const byte of http2Hello) {
      peer.socket.write(Uint8Array.of(byte));
      await sleep(2);
    }
    const settingsAck = "\0\0\0\x04\x01\0\0\0\0";
    await peer.hears(settingsAck);
  });

  test("of a TLS handshake mean a closed door where there is no certificate", async () => {
    await using server = await closing();
    const peer = await openPeer(server.port, "\x16\x03\x01");
    assert.ok((await closedAfter(peer.socket, 1_000)) < 500);
  });
});

test("expect: 100-continue is answered, and then the request", async () => {
  await using server = await closing();
  const head = "content-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue";
  const peer = await openPeer(server.port, `POST /echo HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n`);
  await peer.hears("100 Continue");
  peer.socket.write("{}");
  assert.match(await peer.hears("\r\n\r\n{}"), /200 OK/);
});

test("a peer that stalls is closed at its own timeout, a stream that waits is not", async () => {
  const limits = { sniffTimeoutMs: 150, headersTimeoutMs: 300, requestTimeoutMs: 1_300, timeoutCheckMs: 50 };
  await using server = await closing({ ...limits, keepAliveTimeoutMs: 100 });
  const body = "content-type: application/json\r\ncontent-length: 100\r\n\r\n{";
  const peers: [what: string, bytes: string, atLeastMs: number, lessThanMs: number][] = [
    ["says nothing", "", 140, 1_000],
    ["says P", "P", 140, 1_000],
    ["stops in its headers", "POST /echo HTTP/1.1\r\nhost: x\r\nx-a: ", 280, 1_200],
    ["stops in its body", `POST /echo HTTP/1.1\r\nhost: x\r\n${body}`, 1_280, 2_300],
    ["is done and stays (Node adds 1 s)", "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n", 90, 2_000],
  ];
  const session = await openSession(server.port);
  const waiting = openCall(session, watchPath);
  waiting.end(watchRequest("quiet"));
  await once(waiting, "response");

  const waits = peers.map(async ([what, bytes, atLeastMs, lessThanMs]) => {
    const peer = await openPeer(server.port, bytes);
    const ms = await closedAfter(peer.socket, 2_500);
    assert.ok(ms >= atLeastMs && ms < lessThanMs, `a peer that ${what} was closed after ${ms} ms`);
  });
  await Promise.all(waits);
  assert.equal(waiting.closed, false);
  session.destroy();
});

describe("too much", () => {
  const large = "a".repeat(20_000);

  test("header bytes over HTTP/1.1: 431, and the usual amount passes", async () => {
    await using server = await closing();
    const get = (header: string) => `GET /livez HTTP/1.1\r\nhost: x\r\nx-a: ${header}\r\n\r\n`;
    await (await openPeer(server.port, get(large))).hears("431");
    await (await openPeer(server.port, get("a".repeat(10_000)))).hears("200 OK");
  });

  for (const [what, headers] of [
    ["bytes", { "x-large": large }],
    ["pairs", Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`x-${i}`, "a"]))],
  ] as const) {
    test(`header ${what} over HTTP/2: the stream is reset, the session goes on`, async () => {
      await using server = await closing();
      const session = await openSession(server.port);
      await settled(session);
      const refused = openCall(session, enqueuePath, headers);
      refused.end(envelope(new Uint8Array()));
      await untilClosed(refused);
      assert.equal(refused.rstCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);

      const served = openCall(session, enqueuePath);
      served.end(envelope(new Uint8Array()));
      const [trailers] = await once(served.resume(), "trailers");
      assert.equal(trailers["grpc-status"], "0");
      session.destroy();
    });
  }

  test("resets end the session, fewer do not", async () => {
    await using server = await closing({ resetBurstMax: 100, resetsPerSecondMax: 1 });
    const resets = async (count: number) => {
      const session = await openSession(server.port);
      for (let i = 0; i < count && !session.destroyed; i++) {
        openCall(session, watchPath).close(constants.NGHTTP2_CANCEL);
        if (i % 20 === 0) await settled(session);
      }
      const ended = (await closedAfter(session, 200)) < Number.POSITIVE_INFINITY;
      session.destroy();
      return ended;
    };
    assert.equal(await resets(50), false);
    assert.equal(await resets(400), true);
  });
});

describe("an HTTP/2 peer", () => {
  test("may send 1 MiB ahead on a stream, 4 MiB on all, and open 256 streams", async () => {
    await using server = await closing();
    const session = await openSession(server.port);
    await settled(session);
    assert.equal(session.state.remoteWindowSize, 4 << 20);
    assert.equal(session.remoteSettings.initialWindowSize, 1 << 20);
    assert.equal(session.remoteSettings.maxConcurrentStreams, 256);
    session.destroy();
  });

  const quick = { pingIntervalMs: 150, pingTimeoutMs: 150 };

  test("that answers no PING is cut, one that answers is kept", async () => {
    await using server = await closing(quick);
    const mute = await openPeer(server.port, http2Hello);
    const alive = await openSession(server.port);

    const ms = await closedAfter(mute.socket, 2_000);
    assert.ok(ms >= 280 && ms < 1_000, `cut after ${ms} ms`);
    assert.equal(await closedAfter(alive, 500), Number.POSITIVE_INFINITY);
    alive.destroy();
  });

  test("that answers no PING but goes on sending is kept: its answer may be queued behind an upload", async () => {
    await using server = await closing(quick);
    const busy = await openPeer(server.port, http2Hello);
    const widen = Buffer.from([0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1]); // WINDOW_UPDATE of the connection by 1
    const sending = setInterval(() => busy.socket.write(widen), 50);
    assert.equal(await closedAfter(busy.socket, 700), Number.POSITIVE_INFINITY);

    clearInterval(sending);
    assert.ok((await closedAfter(busy.socket, 2_000)) < 1_000);
  });

  test("without streams is sent away in time, one with a silent stream stays", async () => {
    await using server = await closing({ sessionIdleMs: 200, pingIntervalMs: 50 });
    const idle = await openSession(server.port);
    const watching = await openSession(server.port);
    const stream = openCall(watching, watchPath);
    stream.end(watchRequest("quiet"));
    await once(stream, "response");

    const ms = await closedAfter(idle, 2_000);
    assert.ok(ms >= 150 && ms < 1_000, `closed after ${ms} ms`);
    assert.equal(await closedAfter(watching, 400), Number.POSITIVE_INFINITY);
    watching.destroy();
  });
});

describe("a reader that does not read", () => {
  test("holds its handler back over HTTP/2, until it reads", async () => {
    await using server = await closing();
    const session = await openSession(server.port);
    const stream = openCall(session, watchPath);
    stream.end(watchRequest("flood"));
    await once(stream, "response");
    assert.ok((await madeBeforeStalling(server)) < 50);

    stream.resume();
    await once(stream, "end");
    assert.equal(server.stats.made, floodMessages);
    session.destroy();
  });

  test("and leaves: its handler ends, and nothing is logged above debug", async () => {
    await using server = await closing();
    const session = await openSession(server.port);
    const stream = openCall(session, watchPath);
    stream.end(watchRequest("flood"));
    await once(stream, "response");
    await madeBeforeStalling(server);
    session.destroy();

    await server.stats.allEnded();
    await server.log.next("rpc ended");
    assert.deepEqual(server.log.at("error"), []);
  });
});

async function closing(limits = {}): Promise<RpcPort & AsyncDisposable> {
  const server = await openRpcPort({
    limits: { closeTimeoutMs: 300, ...limits },
    rpc: { shutdownTimeoutMs: 0 },
  });
  return { ...server, [Symbol.asyncDispose]: server.close };
}

/** Both ends have seen all frames sent so far. */
async function settled(session: Awaited<ReturnType<typeof openSession>>): Promise<void> {
  if (session.destroyed) return;
  await new Promise<void>((resolve) => {
    session.ping(() => resolve());
  });
}

async function madeBeforeStalling({ stats }: RpcPort): Promise<number> {
  for (let before = -1; before !== stats.made; ) {
    before = stats.made;
    await sleep(100);
  }
  return stats.made;
}
