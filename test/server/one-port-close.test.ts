// Closing the one port: it ends soon whatever its peers do, and what is under way is finished first.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { http2Hello, openCall, openPeer, openSession } from "./port-peers.ts";
import { openRpcPort, type RpcPort } from "./rpc-port.ts";
import { testTls } from "./tls/certificate.ts";

const getLivez = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

async function closeTime(server: RpcPort): Promise<number> {
  const since = performance.now();
  await server.close();
  return performance.now() - since;
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A route that answers when the test says so. */
function slowRoute() {
  const called = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<string>();
  const prepare = (app: FastifyInstance) => {
    app.get("/slow", () => {
      called.resolve();
      return finished.promise;
    });
  };
  return { called: called.promise, finish: finished.resolve, prepare };
}

describe("close() does not wait for", () => {
  const cases: [peer: string, open: (port: number) => Promise<unknown>][] = [
    ["a connection that has said nothing", (port) => openPeer(port)],
    ["a connection that has said P", (port) => openPeer(port, "P")],
    ["a handshake that has begun", (port) => openPeer(port, "\x16\x03\x01\x01\x00")],
    ["an idle HTTP/1.1 connection", async (port) => (await openPeer(port, getLivez)).hears("ok")],
    ["an idle HTTP/2 session", (port) => openSession(port)],
    ["an HTTP/2 peer that answers nothing", async (port) => (await openPeer(port, http2Hello)).hears("\0\0")],
  ];
  for (const [peer, open] of cases) {
    test(peer, async () => {
      await using server = await openRpcPort({ tls: testTls, cleartext: true });
      const connected = once(server.app.server, "connection");
      await open(server.port);
      const [socket] = await connected;
      if (!peer.endsWith("nothing")) while (socket.bytesRead === 0) await nextTurn();
      const ms = await closeTime(server);
      assert.ok(ms < 500, `closed after ${ms} ms`);
    });
  }
});

test("close() cuts an HTTP/2 peer that was sent away and holds on: at goodbyeTimeoutMs without streams", async () => {
  await using server = await openRpcPort({ limits: { goodbyeTimeoutMs: 200 } });
  const peer = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true }).resume();
  peer.write(http2Hello);
  await once(peer, "data");
  const ms = await closeTime(server);
  assert.ok(ms >= 180 && ms < 1_000, `closed after ${ms} ms`);
  peer.destroy();
});

test("close() cuts an HTTP/2 peer that was sent away and holds on: at closeTimeoutMs with streams", async () => {
  await using server = await openRpcPort({ limits: { closeTimeoutMs: 300 } });
  const session = await openSession(server.port);
  openCall(session, "/lakh.Lakh/Work"); // its request never ends
  await new Promise<void>((resolve) => session.ping(() => resolve()));
  const ms = await closeTime(server);
  assert.ok(ms >= 280 && ms < 1_000, `closed after ${ms} ms`);
  session.destroy();
});

test("close() waits for a peer amid its request, and no longer than closeTimeoutMs", async () => {
  await using server = await openRpcPort({ limits: { closeTimeoutMs: 300 } });
  const peer = await openPeer(server.port, `${getLivez}POST /echo HTTP/1.1\r\nhost: x\r\nx-a: `);
  await peer.hears("ok");
  const ms = await closeTime(server);
  assert.ok(ms >= 280 && ms < 1_000, `closed after ${ms} ms`);
});

test("close() lets a call finish and then does not keep its HTTP/1.1 connection alive", async () => {
  const { called, finish, prepare } = slowRoute();
  await using server = await openRpcPort({ prepare });
  const peer = await openPeer(server.port, "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
  await called;

  const closing = closeTime(server);
  while (server.app.server.listening) await nextTurn();
  finish("done");
  const ms = await closing;
  assert.match(await peer.hears("done"), /200 OK/);
  assert.ok(ms < 1_000, `closed after ${ms} ms`);
});

test("close() sends an HTTP/2 peer away and lets its call finish", async () => {
  const { called, finish, prepare } = slowRoute();
  await using server = await openRpcPort({ prepare });
  const session = await openSession(server.port);
  const stream = session.request({ ":path": "/slow" });
  await called;

  const closing = closeTime(server);
  await once(session, "goaway");
  finish("done");
  const [headers] = await once(stream, "response");
  assert.equal(headers[":status"], 200);
  stream.resume();
  const ms = await closing;
  assert.ok(ms < 1_000, `closed after ${ms} ms`);
});

test("a request that comes while the server is closing is told to go elsewhere, in both HTTP versions", async () => {
  const drained = Promise.withResolvers<void>();
  await using server = await openRpcPort({
    prepare: (app) => app.addHook("preClose", () => drained.promise),
  });
  const session = await openSession(server.port);
  const peer = await openPeer(server.port, getLivez);
  await peer.hears("ok");

  const closing = server.close();
  peer.socket.write(getLivez);
  await peer.hears("503 Service Unavailable");
  const call = openCall(session, "/lakh.v1.ProducerService/Enqueue");
  const [headers] = await once(call, "response");
  assert.equal(headers[":status"], 503);
  session.destroy();
  drained.resolve();
  await closing;
});
