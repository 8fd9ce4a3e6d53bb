// Shutting the RPCs down: open streams get their grace and then a word of farewell, in each dialect.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { openSession } from "./port-peers.ts";
import { openRpcPort } from "./rpc-port.ts";

const dialects: [name: string, build: (baseUrl: string) => Transport][] = [
  ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
  ["gRPC-web over HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
  ["Connect over HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
];

/** Opens a stream that has said its hello; `ending` is the error that it ends with, if any. */
async function openStream(transport: Transport, id: string): Promise<{ ending: Promise<unknown> }> {
  const stream = createClient(ProducerService, transport).watchJob({ id })[Symbol.asyncIterator]();
  await stream.next();
  const ending = stream.next().then(
    () => undefined,
    (error) => ConnectError.from(error),
  );
  return { ending };
}

for (const [dialect, transportTo] of dialects) {
  test(`${dialect}: after the grace an open stream ends with UNAVAILABLE`, async () => {
    await using server = await openRpcPort({ rpc: { shutdownTimeoutMs: 200 } });
    const { ending } = await openStream(transportTo(server.url), "quiet");
    const since = performance.now();
    await server.close();
    const tookMs = performance.now() - since;

    const error = await ending;
    assert.ok(error instanceof ConnectError);
    assert.deepEqual([error.code, error.rawMessage], [Code.Unavailable, "server is shutting down"]);
    assert.ok(tookMs >= 180 && tookMs < 1_000, `closed after ${tookMs} ms`);
    assert.deepEqual(server.log.at("error"), []);
  });

  test(`${dialect}: a unary call that ignores its signal ends so as well`, async () => {
    await using server = await openRpcPort({ rpc: { shutdownTimeoutMs: 100 } });
    const producer = createClient(ProducerService, transportTo(server.url));
    const ending = producer
      .enqueue({ jobs: [{ name: "stubborn" }] })
      .catch((error) => ConnectError.from(error));
    await server.stats.called(1);
    await server.close();
    const error = await ending;
    assert.ok(error instanceof ConnectError);
    assert.deepEqual([error.code, error.rawMessage], [Code.Unavailable, "server is shutting down"]);
  });
}

describe("shutting down", () => {
  test("takes no longer than what is open does, and leaves no timer that would hold the process", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const before = timers();
    const server = await openRpcPort({ rpc: { shutdownTimeoutMs: 60_000 } });
    const session = await openSession(server.port);
    const since = performance.now();
    await server.close();
    session.destroy();
    await sleep(50); // sockets tell of their end a turn later than servers
    assert.ok(performance.now() - since < 1_000);
    assert.equal(timers(), before);
  });

  test("cuts a stream whose handler ignores its signal at closeTimeoutMs", async () => {
    await using server = await openRpcPort({
      limits: { closeTimeoutMs: 300 },
      rpc: { shutdownTimeoutMs: 50 },
    });
    const { ending } = await openStream(createGrpcTransport({ baseUrl: server.url }), "stubborn");
    const since = performance.now();
    await server.close();
    const tookMs = performance.now() - since;
    assert.ok(tookMs >= 280 && tookMs < 1_000, `closed after ${tookMs} ms`);
    assert.ok((await ending) instanceof ConnectError);
  });

  test("may end streams with other words", async () => {
    const shutdownError = new ConnectError("moving house", Code.Unavailable);
    await using server = await openRpcPort({ rpc: { shutdownTimeoutMs: 0, shutdownError } });
    const { ending } = await openStream(createGrpcTransport({ baseUrl: server.url }), "quiet");
    await server.close();
    assert.match(String(await ending), /moving house/);
  });

  test("with many streams open warns of no leak", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    await using server = await openRpcPort({ rpc: { shutdownTimeoutMs: 0 } });
    const transport = createGrpcTransport({ baseUrl: server.url });
    const streams = await Promise.all(Array.from({ length: 40 }, () => openStream(transport, "quiet")));
    await server.close();
    for (const { ending } of streams) assert.ok((await ending) instanceof ConnectError);
    process.off("warning", onWarning);
    assert.deepEqual(warnings, []);
  });
});
