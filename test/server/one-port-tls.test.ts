// TLS on the one port, alone and beside cleartext: ALPN chooses the protocol, old versions are refused.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { get } from "node:https";
import { describe, test } from "node:test";
import { type ConnectionOptions, connect } from "node:tls";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { closedAfter, openPeer } from "./port-peers.ts";
import { openRpcPort } from "./rpc-port.ts";
import { testTls } from "./tls/certificate.ts";

const trust = { ca: testTls.cert, servername: "localhost" };

async function negotiated(port: number, options: ConnectionOptions): Promise<string | false | null> {
  const socket = connect({ port, host: "127.0.0.1", ...trust, ...options });
  await once(socket, "secureConnect");
  socket.destroy();
  return socket.alpnProtocol;
}

async function enqueued(port: number, scheme: "http" | "https", httpVersion: "1.1" | "2"): Promise<string> {
  const nodeOptions = scheme === "https" ? trust : {};
  const baseUrl = `${scheme}://127.0.0.1:${port}`;
  const client = createClient(ProducerService, createConnectTransport({ baseUrl, httpVersion, nodeOptions }));
  const { jobs } = await client.enqueue({ jobs: [{ id: "a", name: "add" }] });
  return jobs.map(({ id }) => id).join();
}

describe("TLS and cleartext on one port", () => {
  test("serve HTTP/1.1 and HTTP/2 alike", async () => {
    await using server = await openRpcPort({ tls: testTls, cleartext: true });
    for (const scheme of ["http", "https"] as const) {
      assert.equal(await enqueued(server.port, scheme, "1.1"), "a");
      assert.equal(await enqueued(server.port, scheme, "2"), "a");
    }
  });

  test("take gRPC over TLS", async () => {
    await using server = await openRpcPort({ tls: testTls });
    const baseUrl = `https://127.0.0.1:${server.port}`;
    const client = createClient(ProducerService, createGrpcTransport({ baseUrl, nodeOptions: trust }));
    assert.equal((await client.enqueue({ jobs: [{ id: "a" }] })).jobs.length, 1);
  });
});

test("ALPN prefers h2, falls back to http/1.1, and a client without ALPN gets HTTP/1.1", async () => {
  await using server = await openRpcPort({ tls: testTls });
  const { port } = server;
  assert.equal(await negotiated(port, { ALPNProtocols: ["http/1.1", "h2"] }), "h2");
  assert.equal(await negotiated(port, { ALPNProtocols: ["http/1.1"] }), "http/1.1");
  const request = get({ port, host: "127.0.0.1", path: "/livez", agent: false, ...trust });
  const [response] = await once(request, "response");
  assert.equal(response.httpVersion, "1.1");
  response.resume();
});

test("TLS 1.1 is refused, 1.2 is taken", async () => {
  await using server = await openRpcPort({ tls: testTls });
  const only = (version: "TLSv1.1" | "TLSv1.2") => ({
    minVersion: version,
    maxVersion: version,
    ALPNProtocols: ["h2"],
    ciphers: "DEFAULT:@SECLEVEL=0", // or this client would refuse 1.1 itself
  });
  await assert.rejects(negotiated(server.port, only("TLSv1.1")), /alert/);
  assert.equal(await negotiated(server.port, only("TLSv1.2")), "h2");
});

test("without `cleartext`, cleartext finds a closed door on a TLS port", async () => {
  await using server = await openRpcPort({ tls: testTls });
  for (const bytes of ["GET / HTTP/1.1\r\nhost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]) {
    const peer = await openPeer(server.port, bytes);
    assert.ok((await closedAfter(peer.socket, 1_000)) < 500);
    assert.equal(peer.heard, "");
  }
});

test("a handshake that stops is cut at its timeout, a finished one stays", async () => {
  await using server = await openRpcPort({
    tls: testTls,
    limits: { sniffTimeoutMs: 100, handshakeTimeoutMs: 300 },
  });
  const stopped = await openPeer(server.port, "\x16");
  const finished = connectHttp2(`https://127.0.0.1:${server.port}`, trust);
  await once(finished, "connect");

  const ms = await closedAfter(stopped.socket, 2_000);
  assert.ok(ms >= 280 && ms < 1_000, `cut after ${ms} ms`);
  assert.equal(await closedAfter(finished, 300), Number.POSITIVE_INFINITY);
  finished.destroy();
});
