// GetSystem of a whole server: what it says of its process, its store, its connections and the calls that it refused.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { after, test } from "node:test";
import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { SettingSource, type System } from "../../src/gen/lakh/v1/system_pb.ts";
import { buildOnePort } from "../../src/server/one-port.ts";
import { VERSION } from "../../src/server/version.ts";
import { nodeClients } from "../wire/node-clients.ts";
import { openProducer } from "../wire/producer.ts";
import { openDirectory, openWireServer } from "../wire/wire-server.ts";

const directory = await openDirectory();
const server = await openWireServer({ store: directory.store, argv: ["--env-name", "production"] });
const producer = openProducer(server.url);
after(async () => {
  producer[Symbol.dispose]();
  await server.stop();
  await directory[Symbol.asyncDispose]();
});

async function look(): Promise<System> {
  const { system } = await producer.admin.getSystem({});
  if (!system) throw new Error("GetSystem answered without a system");
  return system;
}

/** The first look at which it is so. */
async function until(isSo: (system: System) => boolean): Promise<System> {
  for (;;) {
    const system = await look();
    if (isSo(system)) return system;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("it knows its process, its store and the disk", async () => {
  await producer.enqueue({ name: "mail" });
  const { at, startedAt, ...system } = await look();

  assert.equal(system.version, VERSION);
  assert.equal(system.runtime, process.versions.node);
  assert.equal(system.platform, `${process.platform} ${process.arch}`);
  assert.ok(at && startedAt && timestampMs(at) >= timestampMs(startedAt), "it began before now");
  assert.ok(system.heapBytes > 0n && system.heapBytes < system.rssBytes, "the heap is a part of the memory");
  assert.equal(system.store, directory.store);
  assert.ok(system.storeBytes > 0n);
  const { diskFreeBytes = 0n, diskBytes = 0n } = system;
  assert.ok(
    diskFreeBytes > 0n && diskFreeBytes < diskBytes,
    `${diskFreeBytes} of ${diskBytes} bytes are free`,
  );
});

test("each commit is measured, none twice", async () => {
  const before = (await look()).commit?.count ?? 0n;
  for (const _ of [1, 2, 3]) await producer.enqueue({ name: "mail" });
  const { commit } = await look();

  assert.ok(commit?.p50 && commit.p99 && durationMs(commit.p50) <= durationMs(commit.p99));
  const more = commit.count - before;
  // The charts are written as well, now and then.
  assert.ok(more >= 3n && more <= 5n, `${more} commits`);
});

test("whoever holds up its event loop is seen", async () => {
  await until(({ eventLoopDelay }) => (eventLoopDelay?.count ?? 0n) > 0n);
  const startedAt = performance.now();
  while (performance.now() < startedAt + 1_000);
  const { eventLoopDelay, processorShare } = await until(
    ({ eventLoopDelay: delay }) => delay?.p99 !== undefined && durationMs(delay.p99) > 500,
  );

  assert.ok(eventLoopDelay?.p99);
  assert.ok(processorShare > 0);
});

test("refused calls are counted by rpc and code; those that succeed, and rpcs that are none, are not", async () => {
  const name = "not a name";
  for (const _ of [1, 2]) await assert.rejects(producer.enqueue({ name }));
  await assert.rejects(producer.rpc.getJob({ id: "nobody" }));
  await producer.enqueue({ name: "mail" });
  for (let n = 0; n < 200; n++) {
    const { status } = await fetch(`${server.url}/lakh.v1.ProducerService/Enqueue${n}`, { method: "POST" });
    assert.equal(status, 404);
  }
  const { refusals } = await look();

  assert.deepEqual(
    refusals.map(({ rpc, code, calls }) => [rpc, code, calls]),
    [
      ["lakh.v1.ProducerService/Enqueue", Code.InvalidArgument, 2n],
      ["lakh.v1.ProducerService/GetJob", Code.NotFound, 1n],
    ],
  );
});

test("connections are counted until they end", async () => {
  const before = (await look()).connections;
  const socket = connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  await until(({ connections }) => connections === before + 1);
  socket.destroy();
  await until(({ connections }) => connections === before);
});

test("those of further addresses are counted too, of which Node does not know", async () => {
  const port = buildOnePort()(() => {});
  // As in src/server/listeners.ts.
  const beside = createServer((socket) => port.emit("connection", socket)).listen(0, "127.0.0.1");
  await once(beside, "listening");
  const socket = connect((beside.address() as AddressInfo).port, "127.0.0.1");
  await once(port, "connection");

  assert.equal(port.countConnections(), 1);
  socket.destroy();
  while (port.countConnections() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  beside.close();
});

test("streams are under way until whoever reads them leaves, in every dialect", async () => {
  assert.equal((await look()).openCalls, 1, "this call is one itself");
  for (const client of nodeClients(server.url)) {
    const left = new AbortController();
    const request = { topics: [WatchTopic.OVERVIEW] };
    const messages = client.serverStream(AdminService.method.watch, request, left.signal);
    const frames = messages[Symbol.asyncIterator]();
    await frames.next();
    assert.equal((await look()).openCalls, 2, client.title);
    left.abort();
    await assert.rejects(Promise.resolve(frames.next()), { code: Code.Canceled });
    await until(({ openCalls }) => openCalls === 1);
    client.close();
  }
  const { refusals } = await look();
  assert.ok(!refusals.some(({ rpc }) => rpc.endsWith("/Watch")), "nobody refused them");
});

test("every setting is told with where it comes from", async () => {
  const { settings } = await look();
  const byKey = new Map(settings.map(({ key, value, source }) => [key, [value, source]] as const));

  assert.deepEqual(byKey.get("env_name"), ["production", SettingSource.FLAG]);
  assert.deepEqual(byKey.get("retention_dead"), ["180d", SettingSource.DEFAULT]);
});

test("where jobs are kept in memory there is no disk", async () => {
  await using another = await openWireServer();
  using asking = openProducer(another.url);
  const { system } = await asking.admin.getSystem({});

  assert.deepEqual(
    [system?.store, system?.diskBytes, system?.diskFreeBytes],
    ["memory:", undefined, undefined],
  );
});
