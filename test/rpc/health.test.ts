// grpc.health.v1 as its clients see it: connect's over three dialects, and grpc-js.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { credentials, Client as GrpcJsClient, type ServiceError } from "@grpc/grpc-js";
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Status,
} from "../../src/gen/grpc/health/v1/health_pb.ts";
import { HealthRegistry } from "../../src/rpc/health.ts";
import { openRpcPort, type RpcPort } from "../server/rpc-port.ts";

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = Status;

function serving(health: HealthRegistry): Promise<RpcPort> {
  const limits = { closeTimeoutMs: 300, goodbyeTimeoutMs: 100 };
  return openRpcPort({ limits, rpc: { shutdownTimeoutMs: 0, routes: (router) => health.register(router) } });
}

const grpcClient = ({ url }: RpcPort) => createClient(Health, createGrpcTransport({ baseUrl: url }));

async function codeOf(call: Promise<unknown>): Promise<Code | undefined> {
  return call.then(
    () => undefined,
    (error) => ConnectError.from(error).code,
  );
}

/** A Watch that is read message by message. */
function watch(client: Client<typeof Health>, service: string) {
  const over = new AbortController();
  const messages = client.watch({ service }, { signal: over.signal })[Symbol.asyncIterator]();
  const next = async () => (await messages.next()).value?.status;
  return { next, leave: () => over.abort() };
}

describe("Check", () => {
  test("tells serving from not serving, and does not know what it was never told", async () => {
    const health = new HealthRegistry();
    await using server = await serving(health);
    const client = grpcClient(server);
    assert.equal((await client.check({})).status, NOT_SERVING);
    health.set("", true);
    health.set("lakh.v1.ProducerService", false);
    assert.equal((await client.check({})).status, SERVING);
    assert.equal((await client.check({ service: "lakh.v1.ProducerService" })).status, NOT_SERVING);
    assert.equal(await codeOf(client.check({ service: "nobody" })), Code.NotFound);
  });

  test("answers in every dialect", async () => {
    const health = new HealthRegistry();
    health.set("", true);
    await using server = await serving(health);
    for (const transport of [
      createConnectTransport({ baseUrl: server.url, httpVersion: "1.1", useBinaryFormat: false }),
      createGrpcWebTransport({ baseUrl: server.url, httpVersion: "1.1" }),
    ]) {
      assert.equal((await createClient(Health, transport).check({})).status, SERVING);
    }
  });

  test("answers grpc-js", async () => {
    const health = new HealthRegistry();
    health.set("", true);
    await using server = await serving(health);
    const client = new GrpcJsClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
    const check = (service: string) =>
      new Promise<{ error: ServiceError | null; status: Status | undefined }>((resolve) => {
        client.makeUnaryRequest(
          "/grpc.health.v1.Health/Check",
          (name: string) =>
            Buffer.from(
              toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema, { service: name })),
            ),
          (bytes) => fromBinary(HealthCheckResponseSchema, bytes),
          service,
          (error, response) => resolve({ error, status: response?.status }),
        );
      });
    assert.equal((await check("")).status, SERVING);
    assert.equal((await check("nobody")).error?.code, Code.NotFound);
    client.close();
  });
});

test("List names every service and its status", async () => {
  const health = new HealthRegistry();
  health.set("", true);
  health.set("lakh.v1.WorkerService", false);
  await using server = await serving(health);
  const { statuses } = await grpcClient(server).list({});
  assert.deepEqual(Object.keys(statuses).sort(), ["", "lakh.v1.WorkerService"]);
  assert.equal(statuses[""]?.status, SERVING);
  assert.equal(statuses["lakh.v1.WorkerService"]?.status, NOT_SERVING);
});

describe("Watch", () => {
  test("speaks at once, then at each change, and not when nothing changes", async () => {
    const health = new HealthRegistry();
    health.set("", true);
    await using server = await serving(health);
    const watcher = watch(grpcClient(server), "");
    assert.equal(await watcher.next(), SERVING);

    health.set("", true);
    health.set("other", false);
    const changed = watcher.next();
    health.set("", false);
    assert.equal(await changed, NOT_SERVING);
    watcher.leave();
  });

  test("says that it does not know a service, and waits for it to appear", async () => {
    const health = new HealthRegistry();
    await using server = await serving(health);
    const watcher = watch(grpcClient(server), "late");
    assert.equal(await watcher.next(), SERVICE_UNKNOWN);
    health.set("late", true);
    assert.equal(await watcher.next(), SERVING);
    watcher.leave();
  });

  test("tells of a shutdown, which nothing takes back, and then ends with the server's words", async () => {
    const health = new HealthRegistry();
    health.set("", true);
    await using server = await serving(health);
    const watcher = watch(grpcClient(server), "");
    assert.equal(await watcher.next(), SERVING);
    health.shutDown();
    assert.equal(await watcher.next(), NOT_SERVING);
    health.set("", true);
    assert.equal((await grpcClient(server).check({})).status, NOT_SERVING);

    const ending = codeOf(watcher.next());
    await server.close();
    assert.equal(await ending, Code.Unavailable);
  });

  test("keeps nothing of watchers that left, however many changes they saw", async () => {
    const health = new HealthRegistry();
    health.set("", true);
    await using server = await serving(health);
    const client = grpcClient(server);
    const watchers = Array.from({ length: 30 }, () => watch(client, ""));
    await Promise.all(watchers.map(({ next }) => next()));
    for (let i = 0; i < 20; i++) health.set("", i % 2 === 1);
    assert.equal(health.watcherCount, 30);

    for (const { leave } of watchers) leave();
    while (health.watcherCount > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test("adds no listener per change to the signal of its call, and leaves none behind", async () => {
    const over = new AbortController();
    const health = new HealthRegistry();
    const stream = health.watch("", over.signal);
    for (let i = 0; i < 20; i++) {
      await stream.next();
      health.set("", i % 2 === 0);
    }
    assert.equal(getEventListeners(over.signal, "abort").length, 1);
    await stream.return();
    assert.equal(getEventListeners(over.signal, "abort").length, 0);
    assert.equal(health.watcherCount, 0);
  });
});
