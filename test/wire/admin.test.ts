// What AdminService promises beyond the script: places that nobody gave out, pages that a client can read, how fast a
// worker hears of a cancellation, and what still goes while the server stops.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Code, createClient, type Client as RpcClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../src/gen/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../../src/gen/grpc/reflection/v1/reflection_pb.ts";
import { AdminService, JobView } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { readPage } from "../../src/rpc/page-token.ts";
import { grpcJsClient } from "./grpc-js-client.ts";
import { openWorker } from "./lanes.ts";
import { openProducer } from "./producer.ts";
import { assertRefused } from "./refusal.ts";
import { byIds } from "./stage.ts";
import { openWireServer } from "./wire-server.ts";

test("health and reflection know AdminService", async () => {
  await using server = await openWireServer();
  const transport = createGrpcTransport({ baseUrl: server.url });
  const { typeName } = AdminService;
  const { status } = await createClient(Health, transport).check({ service: typeName });
  assert.equal(status, Status.SERVING);

  const reflection: RpcClient<typeof ServerReflection> = createClient(ServerReflection, transport);
  const asked = async function* () {
    yield { messageRequest: { case: "listServices", value: "" } } as const;
    yield { messageRequest: { case: "fileContainingSymbol", value: `${typeName}.Watch` } } as const;
  };
  const answers: unknown[] = [];
  for await (const { messageResponse: said } of reflection.serverReflectionInfo(asked()))
    answers.push(
      said.case === "listServicesResponse" ? said.value.service.map(({ name }) => name) : said.case,
    );
  assert.ok(Array.isArray(answers[0]) && answers[0].includes(typeName));
  assert.equal(answers[1], "fileDescriptorResponse");
});

describe("a page token that was forged, its hash being no secret, is refused and harms nothing", () => {
  const words = [
    "",
    "0",
    "null",
    "{",
    "[]",
    "[1]",
    "[1,2]",
    '["a"]',
    "[1e999]",
    "[-1,-1]",
    '["\\ud800",1,2,3]',
    "💥",
  ];
  const forge = (list: readonly unknown[], after: string) =>
    readPage({ pageSize: 0, pageToken: "" }, { list }).tokenFor(after);

  test("in every order of jobs, and of groups", async () => {
    await using server = await openWireServer();
    using producer = openProducer(server.url);
    await producer.enqueue({ name: "a" }, { name: "a" });
    const taken: string[] = [];
    for (const after of words) {
      for (const [order, said] of ["newest", "oldest", "latest", "earliest"].map(
        (word, i) => [word, i + 1] as const,
      )) {
        const pageToken = forge(["ListJobs", {}, order], after);
        const call = producer.admin.listJobs({ order: said as 1, pageToken });
        if (await isTaken(call)) taken.push(`${order} ${after}`);
      }
      const pageToken = forge(["ListDeadGroups", "", "dead", "largest"], after);
      if (await isTaken(producer.admin.listDeadGroups({ pageToken }))) taken.push(`groups ${after}`);
    }
    // Those are places, if not ones that anybody was told of.
    assert.ok(
      taken.every((one) => /\[[-0-9,]+\]$/.test(one)),
      taken.join("; "),
    );
    assert.equal((await producer.admin.listJobs({})).jobs.length, 2);
    const faults = server.lines.filter(({ level }) => level >= 50);
    assert.deepEqual(faults, []);
  });

  async function isTaken(call: Promise<unknown>): Promise<boolean> {
    const fault = await call.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (fault === undefined) return true;

    await assertRefused(
      Promise.reject(fault),
      Code.InvalidArgument,
      /^page_token: must be the next_page_token/,
    );
    return false;
  }
});

test("pages of whole jobs fit into what a stock client reads, and leave no job out", async () => {
  await using server = await openWireServer();
  using producer = openProducer(server.url);
  const client = grpcJsClient(server.url); // reads at most 4 MiB
  const numbers = { kind: { case: "listValue" as const, value: { values: Array(90_000).fill(zero()) } } };
  const payloads = [
    { case: "json" as const, value: numbers },
    { case: "data" as const, value: new Uint8Array(1 << 20) },
  ];
  const ids: string[] = [];
  for (let i = 0; i < 8; i++) {
    const payload = payloads[i % 2] ?? { case: undefined };
    ids.push(...(await producer.enqueue({ name: "large", payload })));
  }
  const seen: string[] = [];
  let pageToken = "";
  let pages = 0;
  do {
    const request = { filter: { names: ["large"] }, view: JobView.FULL, pageToken };
    const page = await client.unary(AdminService.method.listJobs, request);
    seen.push(...page.jobs.map(({ id }) => id));
    pageToken = page.nextPageToken;
    pages++;
  } while (pageToken !== "");
  client.close();
  assert.deepEqual(seen, ids.toReversed());
  assert.ok(pages >= 4, `${pages} pages`);
});

function zero() {
  return { kind: { case: "numberValue" as const, value: 0 } };
}

test("a worker hears of a cancellation down its stream within 100 ms", async () => {
  await using server = await openWireServer();
  using producer = openProducer(server.url);
  const client = grpcJsClient(server.url);
  const wish = { id: "w", names: ["stop"], capacity: 20, patienceMs: 10_000 };
  const worker = await openWorker(client, "Work", wish);
  const took: number[] = [];
  for (let i = 0; i < 20; i++) {
    const [id = ""] = await producer.enqueue({ name: "stop" });
    await worker.next(10_000);
    const since = performance.now();
    const selection = byIds(id);
    const heard = worker.cancelled?.(10_000);
    await producer.admin.cancelMatchingJobs({ selection });
    assert.equal((await heard)?.jobId, id);
    took.push(performance.now() - since);
  }
  took.sort((a, b) => a - b);
  client.close();
  assert.ok((took[10] ?? 0) < 100, `half of them took ${took[10]} ms and more`);
});

test("while the server stops nothing is changed, what there is can be seen, and watchers are told to come back", async () => {
  const server = await openWireServer({ argv: ["--shutdown-grace", "20s"] });
  using producer = openProducer(server.url);
  const { admin } = producer;
  const [polled = ""] = await producer.enqueue({ name: "busy" });
  const held = await producer.worker.reserve({ names: ["busy"], workerId: "poller" });
  assert.equal(held.jobs[0]?.jobId, polled);
  const client = grpcJsClient(server.url);
  const worker = await openWorker(client, "Work", {
    id: "w",
    names: ["held"],
    capacity: 1,
    patienceMs: 10_000,
  });
  await producer.enqueue({ name: "held" });
  const delivery = await worker.next(10_000);
  const watching = (async () => {
    for await (const _ of admin.watch({ topics: [1] })) {
      // until the server ends it
    }
  })();
  watching.catch(() => {});

  const stopped = server.drain();
  await worker.drained?.(10_000);
  const selection = byIds(polled);
  const changes = [
    admin.deleteJobs({ selection }),
    admin.retryJobs({ selection: { jobs: { case: "filter", value: { retrying: true } } } }),
    admin.pauseQueues({ names: ["busy"] }),
    admin.resumeQueues({ names: ["busy"] }),
    admin.drainWorkers({ everyone: true }),
    admin.stopOperation({ id: "any" }),
  ];
  for (const change of changes)
    await assertRefused(change, Code.Unavailable, /the server is stopping\. Try again/);
  const { overview } = await admin.getOverview({});
  assert.equal(overview?.nodes[0]?.stopping, true);
  assert.equal((await admin.listJobs({})).jobs.length, 2);
  assert.equal(
    (await admin.deleteJobs({ selection, dryRun: true })).result?.jobs[0]?.state,
    JobState.RESERVED,
  );

  await worker.report({ jobId: delivery?.jobId ?? "", attempt: 1, report: { case: "succeed", value: {} } });
  worker.leave();
  await stopped;
  await assertRefused(watching, Code.Unavailable, /./);
  client.close();
});
