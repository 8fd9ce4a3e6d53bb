// A connection on which a call was answered before its request was read whole lives on, once the rest has come.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { closedAfter, envelope, openCall, openPeer, openSession } from "./port-peers.ts";
import { openRpcPort } from "./rpc-port.ts";

const GOODBYE_MS = 50;
/** `{jobs: [{name: "a"}]}` */
const message = envelope(Buffer.of(10, 3, 18, 1, 97));
/** In pieces, so that a reader waits for more when its answer is given. */
const bodies = {
  "a compression that nobody has": [message],
  "two messages": [message, message],
  "a message and a byte": [message, Buffer.of(0)],
  "a message with strange flags": [Buffer.of(0x7e), message.subarray(1)],
  "what is too large": [envelope(Buffer.alloc(200_000)), Buffer.of(0)],
};

async function send(peer: Writable, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    peer.write(piece);
    await turn();
  }
}

for (const stockRpc of [false, true]) {
  describe(`after ${stockRpc ? "connect's answer" : "the answer"} to`, () => {
    for (const [what, pieces] of Object.entries(bodies)) {
      test(`${what}, a connection of HTTP/1.1 and a stream of HTTP/2 are not cut off`, async () => {
        const limits = { goodbyeTimeoutMs: GOODBYE_MS, messageBytesMax: 10_000 };
        await using server = await openRpcPort({ limits, rpc: { stockRpc, shutdownTimeoutMs: 0 } });
        const encoding = what.startsWith("a compression") ? "lzma" : "identity";
        const type = `content-type: application/grpc-web+proto\r\ngrpc-encoding: ${encoding}\r\ncontent-length: ${Buffer.concat(pieces).length}`;
        const head = `POST /lakh.v1.ProducerService/Enqueue HTTP/1.1\r\nhost: a\r\n${type}\r\n\r\n`;
        const [first = Buffer.alloc(0), ...others] = pieces;
        const peer = await openPeer(server.port, "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n");
        await peer.hears("ok");
        await send(peer.socket, [Buffer.concat([Buffer.from(head), first]), ...others]);
        await peer.hears("grpc-status");
        const session = await openSession(server.port);
        const call = openCall(session, "/lakh.v1.ProducerService/Enqueue", { "grpc-encoding": encoding });
        const closed = once(call, "close");
        await send(call.resume(), pieces);
        call.end();
        await closed;
        assert.equal(call.rstCode, 0);
        assert.equal(await closedAfter(peer.socket, 4 * GOODBYE_MS), Number.POSITIVE_INFINITY);
        session.destroy();
        peer.socket.destroy();
      });
    }
  });
}
