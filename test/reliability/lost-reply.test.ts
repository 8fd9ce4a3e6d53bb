// N2: the server has committed and answered, and the answer is lost on the way. Repeating the call with the same ids is
// told that the jobs are there, makes no second ones, and changes nothing of the first, whatever it says of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { MUTATIONS, type Mutation } from "../store/mutants.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import { type InProcessServer, openInProcess } from "./server-in-process.ts";
import { WorkClient } from "./work-client.ts";

const LOSSES = 100;

const openGrpc = (url: string) => createClient(ProducerService, createGrpcTransport({ baseUrl: url }));

const CLIENTS: Readonly<Record<string, (url: string) => Client<typeof ProducerService>>> = {
  "Connect over HTTP/1.1": (url) =>
    createClient(ProducerService, createConnectTransport({ baseUrl: url, httpVersion: "1.1" })),
  "gRPC over HTTP/2": openGrpc,
};

const payload = (text: string) => ({ case: "data", value: Buffer.from(text) }) as const;

/** Enqueues, loses the answer, repeats with another payload. Answers how often the repeat was told that it is one. */
async function loseReplies(
  proxy: ChaosProxy,
  client: Client<typeof ProducerService>,
  ids: readonly string[],
) {
  let duplicates = 0;
  for (const id of ids) {
    const job = { id, name: "mail", payload: payload(`first ${id}`) };
    proxy.loseNextAnswer();
    await assert.rejects(client.enqueue({ jobs: [job] }), "the answer was lost");
    const { jobs } = await client.enqueue({ jobs: [{ ...job, payload: payload("second") }] });
    if (jobs[0]?.duplicate) duplicates++;
  }
  assert.equal(proxy.swallowed, ids.length, "every fault has happened");
  return duplicates;
}

function textOf({ payload: stored }: Job): string | undefined {
  return stored.case === "data" ? Buffer.from(stored.value).toString() : stored.case;
}

/** Every job that is ready, as one worker is given them. */
async function deliveries(server: InProcessServer): Promise<string[]> {
  // It has the lowest priority, so what is ready comes before it.
  await server.producer.enqueue({ jobs: [{ id: "last", name: "mail", priority: -100 }] });
  const got: string[] = [];
  const all = Promise.withResolvers<void>();
  const hello = { names: ["mail"], capacity: 1_000 };
  const worker = new WorkClient(server.url, hello, {
    onJob: ({ jobId }) => {
      if (jobId === "last") all.resolve();
      else got.push(jobId);
    },
  });
  await all.promise;
  worker.cut();
  await worker.ended;
  return got;
}

/** What a lost answer to each of 100 calls leaves behind, seen by the one who repeats them and by a worker. */
async function repeatAll(
  openClient: (url: string) => Client<typeof ProducerService>,
  mutation?: Mutation,
): Promise<void> {
  await using server = await openInProcess({ mutation });
  await using proxy = await ChaosProxy.open(server.url);
  const ids = Array.from({ length: LOSSES }, (_, i) => `j${i}`);
  assert.equal(await loseReplies(proxy, openClient(proxy.url), ids), LOSSES);
  for (const id of ids) assert.equal(textOf(await server.job(id)), `first ${id}`);
  assert.deepEqual((await deliveries(server)).toSorted(), ids.toSorted());
}

for (const [name, openClient] of Object.entries(CLIENTS)) {
  test(`${name}: a call repeated with the same id is told so and makes no second job`, () =>
    repeatAll(openClient));
}

for (const mutant of ["same id makes a second job", "same id overwrites the stored job"]) {
  test(`control: it is seen when the ${mutant}`, async () => {
    const mutation = MUTATIONS[mutant];
    assert.ok(mutation);
    await assert.rejects(repeatAll(openGrpc, mutation), assert.AssertionError);
  });
}
