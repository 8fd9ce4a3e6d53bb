// Every unary rpc of the server, by descriptor, in every dialect: answers, refusals and log lines are the same by both
// paths, to the byte.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { fromBinary, fromJsonString, toJson } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { Health } from "../../../src/gen/grpc/health/v1/health_pb.ts";
import { AdminService, GetSystemResponseSchema } from "../../../src/gen/lakh/v1/admin_pb.ts";
import { ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../../../src/gen/lakh/v1/worker_pb.ts";
import { SERVICES } from "../../../src/rpc/services.ts";
import { openStore } from "../../../src/store/open.ts";
import { StoreFault } from "../../../src/store/store.ts";
import { wrapStore } from "../../store/mutants.ts";
import { RETENTION } from "../../store/new-jobs.ts";
import { prefixOf } from "../matrix-run.ts";
import { callOf, DIALECTS, LANES, type Lane } from "./dialects.ts";
import { headersOf } from "./http2-recorder.ts";
import { assertSame, type Mask, type Side } from "./pair.ts";
import { RPC_REQUESTS } from "./rpc-requests.ts";
import { openWirePair } from "./wire-pair.ts";

const UNARY = [...SERVICES, Health].flatMap(({ methods }) =>
  methods.filter(({ methodKind }) => methodKind === "unary"),
);

test("every unary rpc has its requests here, and nothing else has", () => {
  const asked = RPC_REQUESTS.map(({ method }) => `${method.parent.typeName}/${method.name}`);
  const there = UNARY.map(({ parent, name }) => `${parent.typeName}/${name}`);
  assert.deepEqual(asked.toSorted(), there.toSorted());
});

describe("both paths answer the same to", async () => {
  const pair = await openWirePair();
  after(() => pair[Symbol.asyncDispose]());
  const own = (lane: Lane) => (word: string) => `${prefixOf(lane.title)}.${word}`;
  for (const { method, requests } of RPC_REQUESTS) {
    test(`${method.parent.typeName}/${method.name}`, async () => {
      for (const lane of LANES) {
        const mask = method === AdminService.method.getSystem ? withoutFacts(lane) : undefined;
        for (const request of requests(own(lane)))
          await assertSame(pair, [lane], () => callOf(lane, method, request), mask);
      }
      await pair.advance(100);
    });
  }
});

/** What the machine and the process are doing is not the same; nor is the one setting. */
function withoutFacts({ dialect }: Lane): Mask {
  return (sight) => {
    const bytes = Buffer.from(sight.body, "latin1");
    const message = dialect.isEnveloped ? bytes.subarray(5, 5 + bytes.readUInt32BE(1)) : bytes;
    const { system } = dialect.isJson
      ? fromJsonString(GetSystemResponseSchema, message.toString())
      : fromBinary(GetSystemResponseSchema, message);
    assert.ok(system);
    const facts = { rssBytes: 0n, heapBytes: 0n, processorShare: 0, storeBytes: 0n, connections: 0 };
    Object.assign(system, facts, { eventLoopDelay: undefined, commit: undefined });
    system.settings = system.settings.filter(({ key }) => key !== "stock_rpc");
    const told = toJson(GetSystemResponseSchema, { $typeName: "lakh.v1.GetSystemResponse", system });
    const rest = dialect.isEnveloped ? bytes.subarray(5 + message.length).toString("latin1") : "";
    const { "content-length": _length, ...headers } = sight.headers;
    return { ...sight, headers, body: JSON.stringify(told) + rest };
  };
}

describe("both paths refuse the same", () => {
  test("while the server stops, with when to try again", async () => {
    await using pair = await openWirePair();
    const names = ["held"];
    // Whoever holds a job on a stream is given time to finish, so the port is still open.
    await Promise.all([holdJob(pair.stock), holdJob(pair.fast)]);
    pair.drain();
    await assertSame(pair, LANES, (lane) => callOf(lane, Health.method.check, {}));
    await assertSame(pair, LANES, (lane) => callOf(lane, WorkerService.method.reserve, { names }));
    await assertSame(pair, LANES, (lane) =>
      callOf(lane, ProducerService.method.enqueue, { jobs: [{ name: "a" }] }),
    );
  });

  for (const kind of ["full", "failed", "unusable", "damaged"] as const) {
    test(`when the store is ${kind}`, async () => {
      await using pair = await openWirePair({
        openStore: async (_config, clock) => {
          const store = await openStore("memory:", { retention: RETENTION, chance: () => clock.chance() });
          return wrapStore(store, () => ({
            enqueue: () => Promise.reject(new StoreFault(kind, "SELECT 1", new Error("no disk"))),
          }));
        },
      });
      await assertSame(pair, LANES, (lane) =>
        callOf(lane, ProducerService.method.enqueue, { jobs: [{ name: "a" }] }),
      );
    });
  }

  test("and a fault is told as one, and logged once with all that is known", async () => {
    await using pair = await openWirePair({
      openStore: async (_config, clock) => {
        const store = await openStore("memory:", { retention: RETENTION, chance: () => clock.chance() });
        return wrapStore(store, () => ({ enqueue: () => Promise.reject(new Error("secret of the store")) }));
      },
    });
    for (const lane of LANES) {
      const call = callOf(lane, ProducerService.method.enqueue, { jobs: [{ name: "a" }] });
      const sight = await pair.fast.ask(call, lane.http);
      assert.match(sight.body + JSON.stringify(sight.trailers), /internal( |%20)error/, lane.title);
      assert.doesNotMatch(JSON.stringify(sight), /secret/, lane.title);
      const errors = pair.fast.takeLog().filter(({ level }) => level === 50);
      assert.deepEqual(
        errors.map(({ msg, err }) => [msg, err]),
        [["rpc failed", ["Error", "secret of the store"]]],
      );
      await assertSame(pair, [lane], () => call);
    }
  });
});

/** Resolves once a worker has a job on its stream. */
async function holdJob({ http2 }: Side): Promise<void> {
  const lane = LANES.find(({ dialect, http }) => dialect === DIALECTS.grpc && http === "2");
  assert.ok(lane);
  await http2.ask(callOf(lane, ProducerService.method.enqueue, { jobs: [{ id: "job-1", name: "held" }] }));
  const { body = [], ...head } = callOf(lane, WorkerService.method.subscribe, {
    hello: { names: ["held"], capacity: 1 },
  });
  const stream = (await http2.open()).request(headersOf(head)).on("error", () => {});
  stream.end(body[0]);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) if (chunk.includes("job-1")) return;
}

test("GetSystem counts the same calls on both", async () => {
  await using pair = await openWirePair();
  const counts = await Promise.all(
    [pair.stock, pair.fast].map(async (side) => {
      for (const lane of LANES) {
        await side.ask(callOf(lane, ProducerService.method.enqueue, {}), lane.http);
        await side.ask(callOf(lane, ProducerService.method.getJob, { id: "none" }), lane.http);
        await side.ask(
          { ...callOf(lane, ProducerService.method.getJob, {}), body: [Buffer.of(255)] },
          lane.http,
        );
      }
      const [lane] = LANES.filter(({ dialect }) => dialect.isJson && !dialect.isEnveloped);
      assert.ok(lane);
      const { body } = await side.ask(callOf(lane, AdminService.method.getSystem, {}), lane.http);
      const { system } = fromJsonString(GetSystemResponseSchema, body);
      return (
        system && [
          system.openCalls,
          system.refusals.map(({ rpc, code, calls }) => [rpc, Code[code], Number(calls)]),
        ]
      );
    }),
  );
  assert.deepEqual(counts[1], counts[0]);
  assert.deepEqual(counts[1]?.[1], [
    ["lakh.v1.ProducerService/Enqueue", "InvalidArgument", LANES.length],
    ["lakh.v1.ProducerService/GetJob", "NotFound", LANES.length],
  ]);
});
