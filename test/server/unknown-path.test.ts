// A path that nothing serves is answered in the words of whoever asked.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { Health } from "../../src/gen/grpc/health/v1/health_pb.ts"; // which the port of these tests does not serve
import { openCall, openSession } from "./port-peers.ts";
import { openRpcPort } from "./rpc-port.ts";

const words = "nothing serves /grpc.health.v1.Health/Check";

test("clients of every dialect read UNIMPLEMENTED and the path", async () => {
  await using server = await openRpcPort({ limits: { goodbyeTimeoutMs: 100 } });
  const baseUrl = server.url;
  for (const transport of [
    createGrpcTransport({ baseUrl }),
    createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
    createGrpcWebTransport({ baseUrl, httpVersion: "2" }),
    createConnectTransport({ baseUrl, httpVersion: "1.1" }),
    createConnectTransport({ baseUrl, httpVersion: "2" }),
  ]) {
    const error = await createClient(Health, transport)
      .check({})
      .catch((reason) => ConnectError.from(reason));
    assert.ok(error instanceof ConnectError);
    assert.deepEqual([error.code, error.rawMessage], [Code.Unimplemented, words]);
  }
});

test("grpc-js reads them as well", async () => {
  await using server = await openRpcPort({ limits: { goodbyeTimeoutMs: 100 } });
  const raw = (bytes: Buffer) => bytes;
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  const error = await new Promise<ServiceError | null>((resolve) => {
    client.makeUnaryRequest("/grpc.health.v1.Health/Check", raw, raw, Buffer.alloc(0), resolve);
  });
  assert.deepEqual([error?.code, error?.details], [Code.Unimplemented, words]);
  client.close();
});

test("gRPC finds its status in real trailers, not in the headers", async () => {
  await using server = await openRpcPort({ limits: { goodbyeTimeoutMs: 100 } });
  const session = await openSession(server.port);
  const call = openCall(session, "/nowhere/At%20all");
  const trailers = once(call, "trailers");
  const [headers] = await once(call, "response");
  call.resume();
  assert.equal(headers["grpc-status"], undefined);
  const [fields] = await trailers;
  assert.deepEqual(
    [fields["grpc-status"], fields["grpc-message"]],
    ["12", "nothing%20serves%20/nowhere/At%2520all"],
  );
  session.destroy();
});

test("plain HTTP reads 404 and JSON, without the query", async () => {
  await using server = await openRpcPort({ limits: { goodbyeTimeoutMs: 100 } });
  const response = await fetch(`${server.url}/nowhere?token=secret`);
  assert.equal(response.status, 404);
  assert.deepEqual(await response.json(), { code: "unimplemented", message: "nothing serves /nowhere" });
});
