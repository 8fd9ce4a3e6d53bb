// The bounds of one HTTP/2 session that only a peer can reach that makes its own frames: at the bound it is served, beyond
// it the session ends. What a well-behaved client meets: one-port.test.ts. Not here: the memory of a session, which the
// other bounds keep far below its own, and unanswered PINGs, of which the server never has more than one.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { http2Options, portLimits } from "../../src/server/port-limits.ts";
import { closedAfter, http2Hello, openPeer, type Peer } from "./port-peers.ts";
import { openRpcPort, type RpcPortOptions } from "./rpc-port.ts";

const PATH = "/lakh.v1.ProducerService/WatchJob";
const PATIENCE_MS = 2_000;
const HEADERS = 1;
const SETTINGS = 4;
const PING = 6;
const END_HEADERS = 4;
/** An answer to a PING, up to what was sent with it. */
const PONG = "\0\0\x08\x06\x01\0\0\0\0";

/** RFC 9113, 4.1. */
function frame(type: number, body: Uint8Array, { flags = 0, stream = 0 } = {}): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** A call, as RFC 7541 writes headers without remembering any: method, scheme, path, authority, content-type. */
const CALL = Buffer.concat([
  Buffer.of(0x83, 0x86),
  literal(Buffer.of(0x04), PATH),
  literal(Buffer.of(0x01), "lakh"),
  literal(Buffer.of(0x0f, 0x10), "application/grpc"),
]);

function literal(name: Buffer, value: string): Buffer {
  return Buffer.concat([name, Buffer.of(value.length), Buffer.from(value)]);
}

/** Each opens a stream of its own, whose request stays open. */
function newStreams(count: number, headers: Uint8Array): Buffer[] {
  return Array.from({ length: count }, (_, i) =>
    frame(HEADERS, headers, { flags: END_HEADERS, stream: 2 * i + 1 }),
  );
}

function openPort(limits: RpcPortOptions["limits"] = {}) {
  return openRpcPort({ limits: { closeTimeoutMs: 300, ...limits }, rpc: { shutdownTimeoutMs: 0 } });
}

/** Says all that, and whether the server still answers a PING after it. */
async function survives(port: number, frames: readonly Buffer[]): Promise<boolean> {
  const peer: Peer = await openPeer(port, http2Hello);
  peer.socket.write(Buffer.concat([...frames, frame(PING, Buffer.alloc(8))]));
  const answered = peer.hears(PONG).then(
    () => true,
    () => false,
  );
  const survived = await Promise.race([answered, closedAfter(peer.socket, PATIENCE_MS).then(() => false)]);
  peer.socket.destroy();
  return survived;
}

describe("a peer that makes its own frames", () => {
  test("may send 32 settings in a frame, not 33", async () => {
    await using server = await openPort();
    const settings = (count: number) => frame(SETTINGS, Buffer.alloc(6 * count, Buffer.of(0, 1, 0, 0, 0, 0)));
    assert.equal(await survives(server.port, [settings(portLimits.settingsMax)]), true);
    assert.equal(await survives(server.port, [settings(portLimits.settingsMax + 1)]), false);
  });

  test("may send 100 invalid frames, not many more", async () => {
    await using server = await openPort();
    const invalid = (count: number) => newStreams(count, CALL.subarray(0, 2)); // of no path
    assert.equal(await survives(server.port, invalid(portLimits.invalidFramesMax - 1)), true);
    assert.equal(await survives(server.port, invalid(portLimits.invalidFramesMax + 10)), false);
  });

  test("may have 100 streams rejected, not many more", async () => {
    const streamsMax = 4;
    await using server = await openPort({ streamsMax });
    const { rejectedStreamsMax } = portLimits;
    assert.equal(await survives(server.port, newStreams(streamsMax + rejectedStreamsMax - 1, CALL)), true);
    assert.equal(await survives(server.port, newStreams(streamsMax + rejectedStreamsMax + 10, CALL)), false);
  });
});

test("every bound of a session reaches Node by a name that Node knows", () => {
  const { settings, ...options } = http2Options(portLimits);
  assert.deepEqual(options, {
    maxSessionMemory: 64,
    maxHeaderListPairs: 64,
    maxSettings: 32,
    maxOutstandingPings: 10,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    streamResetBurst: 1_000,
    streamResetRate: 100,
  });
  assert.equal(settings?.maxHeaderListSize, 16 * 1024);
});
