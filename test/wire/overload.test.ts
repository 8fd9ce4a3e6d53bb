// A store without room, as a client sees it: an error with a code and a hint when to try again, not a crash. What is held
// is still reported on, and when there is room everything goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import { openStore } from "../../src/store/open.ts";
import { StoreFault } from "../../src/store/store.ts";
import { wrapStore } from "../store/mutants.ts";
import { RETENTION } from "../store/new-jobs.ts";
import { grpcJsClient } from "./grpc-js-client.ts";
import { openWorker } from "./lanes.ts";
import { Mailbox, Outgoing } from "./mailbox.ts";
import { openProducer } from "./producer.ts";
import { assertWords } from "./refusal.ts";
import { openWireServer } from "./wire-server.ts";

const WORDS = /^the server's disk is full; nothing was stored\. Try again when there is room$/;
/** What the engine says, and no client may hear. */
const INSIDE = "/home/lakh/data/lakh.db: database or disk is full";
const patienceMs = 10_000;

const TRANSPORTS: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  gRPC: (baseUrl) => createGrpcTransport({ baseUrl }),
  "gRPC-web": (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
  Connect: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" }),
  "Connect-JSON": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: false }),
};

/** A server whose store has no room for new jobs as long as that is said. */
async function openFull() {
  const disk = { isFull: false, refused: 0 };
  const server = await openWireServer({
    openStore: async (_config, clock) => {
      const store = await openStore("memory:", { retention: RETENTION, chance: () => clock.chance() });
      return wrapStore(store, () => ({
        enqueue: (jobs) => {
          if (!disk.isFull) return store.enqueue(jobs);
          disk.refused++;
          return Promise.reject(new StoreFault("full", INSIDE, new Error(INSIDE)));
        },
      }));
    },
  });
  return { disk, server };
}

async function refusalOf(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.catch((fault: unknown) => fault);
  assert.ok(error instanceof ConnectError, String(error));
  return error;
}

test("a full disk is RESOURCE_EXHAUSTED with a hint when to try again; reports go on, and so does all when there is room", async () => {
  const { disk, server } = await openFull();
  await using _ = server;
  using producer = openProducer(server.url);
  const client = grpcJsClient(server.url);
  await producer.enqueue({ id: "held", name: "mail" });
  const worker = await openWorker(client, "Work", { id: "w", names: ["mail"], capacity: 1, patienceMs });
  const held = await worker.next(patienceMs);
  assert.equal(held?.jobId, "held");

  disk.isFull = true;
  for (const [title, open] of Object.entries(TRANSPORTS)) {
    const rpc = createClient(ProducerService, open(server.url));
    const refusal = await refusalOf(rpc.enqueue({ jobs: [{ id: title, name: "bill" }] }));
    assert.equal(Code[refusal.code], "ResourceExhausted", title);
    assert.equal(refusal.metadata.get("retry-after"), "1", title);
    assertWords(refusal.rawMessage, WORDS);
    const other = await refusalOf(rpc.enqueue({ jobs: [{ id: title, name: "" }] }));
    assert.equal(other.metadata.get("retry-after"), null, "control: no use in trying that again");
  }
  assert.equal(disk.refused, Object.keys(TRANSPORTS).length, "every fault has happened");
  assert.equal((await producer.job("held")).state, JobState.RESERVED, "it answers who looks");
  const report = { jobId: "held", attempt: 1, report: { case: "succeed", value: {} } } as const;
  assert.equal(await worker.report(report), ReportResult.ACCEPTED);
  assert.equal((await producer.job("held")).state, JobState.SUCCEEDED);

  disk.isFull = false;
  const ids = Object.keys(TRANSPORTS);
  await producer.enqueue(...ids.map((id) => ({ id, name: "mail" })));
  assert.deepEqual((await worker.next(patienceMs))?.jobId, ids[0]);
  worker.leave();
  client.close();
  const errors = server.lines.filter(({ level }) => level >= 50);
  assert.deepEqual(errors, [], "a full disk is a fault of the world, told to whom it concerns");
});

test("on a stream of jobs a full disk refuses one batch, and the next is stored when there is room", async () => {
  const { disk, server } = await openFull();
  await using _ = server;
  using producer = openProducer(server.url);
  const requests = new Outgoing<{ jobs: { id: string; name: string }[] }>();
  const answers = new Mailbox<{ through: number; code: Code | undefined; message: string }>();
  const listening = (async () => {
    for await (const { messagesThrough, receipts } of producer.rpc.enqueueStream(requests)) {
      const refusal = receipts[0]?.refusal;
      const told = { code: refusal?.code, message: refusal?.message ?? "" };
      if (messagesThrough > 0n) answers.put({ through: Number(messagesThrough), ...told });
    }
  })();
  disk.isFull = true;
  requests.send({ jobs: [{ id: "a", name: "mail" }] });
  const refused = await answers.take(patienceMs);
  assert.deepEqual([refused?.through, refused?.code], [1, Code.ResourceExhausted]);
  assertWords(refused?.message ?? "", WORDS);
  disk.isFull = false;
  requests.send({ jobs: [{ id: "a", name: "mail" }] });
  assert.deepEqual(await answers.take(patienceMs), { through: 2, code: undefined, message: "" });
  assert.equal((await producer.job("a")).state, JobState.READY);
  requests.end();
  await listening;
});

test("control: what the engine says of its files would be seen", () => {
  assert.throws(() => assertWords(INSIDE, /disk is full/), assert.AssertionError);
});
