// TLS through the whole product: certificate and key named by flags, a real server, and on its one port gRPC over HTTP/2
// and JSON over HTTP/1.1, told apart by ALPN.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { readConfig } from "../../src/server/config.ts";
import { openServer } from "../../src/server/server.ts";
import { testTls } from "./tls/certificate.ts";

const path = (name: string) => fileURLToPath(new URL(`./tls/${name}`, import.meta.url));
const TLS = ["--tls-cert", path("cert.pem"), "--tls-key", path("key.pem")];
const FIXED = ["--listen", "127.0.0.1:0", "--store", "memory:", "--log-level", "error"];
const ca = testTls.cert;

async function open(argv: readonly string[]) {
  const server = await openServer(readConfig({ argv: [...FIXED, ...argv] }));
  const port = Number(new URL(server.url).port);
  return { port, [Symbol.asyncDispose]: () => server.stop("now") };
}

/** A client of gRPC over TLS; it ends with its scope. */
function openGrpc(port: number) {
  const baseUrl = `https://127.0.0.1:${port}`;
  const sessionManager = new Http2SessionManager(baseUrl, {}, { ca });
  const client = createClient(ProducerService, createGrpcTransport({ baseUrl, sessionManager }));
  return { client, [Symbol.dispose]: () => sessionManager.abort() };
}

/** Which protocol the server chooses of those that are offered. */
async function chosen(port: number, ALPNProtocols: readonly string[]): Promise<TLSSocket["alpnProtocol"]> {
  const socket = connect({
    port,
    host: "127.0.0.1",
    servername: "localhost",
    ca,
    ALPNProtocols: [...ALPNProtocols],
  });
  await once(socket, "secureConnect");
  socket.destroy();
  return socket.alpnProtocol;
}

async function getJob(port: number, id: string): Promise<{ version: string; answer: string }> {
  const call = request({
    port,
    ca,
    host: "127.0.0.1",
    method: "POST",
    path: "/lakh.v1.ProducerService/GetJob",
    headers: { "content-type": "application/json" },
    agent: false,
  });
  call.end(JSON.stringify({ id }));
  const [response] = await once(call, "response");
  return { version: response.httpVersion, answer: await text(response) };
}

test("with a certificate the port speaks gRPC over HTTP/2 and JSON over HTTP/1.1, told apart by ALPN", async () => {
  await using server = await open(TLS);
  const { port } = server;
  assert.equal(await chosen(port, ["h2", "http/1.1"]), "h2");
  assert.equal(await chosen(port, ["http/1.1"]), "http/1.1");

  using grpc = openGrpc(port);
  const { jobs } = await grpc.client.enqueue({ jobs: [{ id: "over-tls", name: "mail" }] });
  assert.equal(jobs[0]?.id, "over-tls");
  const { version, answer } = await getJob(port, "over-tls");
  assert.equal(version, "1.1");
  assert.equal(JSON.parse(answer).job.state, "JOB_STATE_READY");
});

test("control: without one both are turned away", async () => {
  await using server = await open([]);
  using grpc = openGrpc(server.port);
  await assert.rejects(grpc.client.getJob({ id: "over-tls" }));
  await assert.rejects(getJob(server.port, "over-tls"));
});
