// Which calls are counted, on a service whose calls end as the test tells them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { CallCounts } from "../../src/rpc/call-counts.ts";
import { logCalls } from "../../src/rpc/interceptors.ts";

const SILENT = { error: () => {}, warn: () => {}, debug: () => {} };

/** Enqueue waits for `answer`; GetJob is refused with the code that its id is; WatchJob fails after `id` messages. */
function open() {
  const counts = new CallCounts();
  const answer = Promise.withResolvers<void>();
  const transport = createRouterTransport(
    (router) => {
      router.service(ProducerService, {
        enqueue: async () => {
          await answer.promise;
          return {};
        },
        getJob: ({ id }) => {
          throw new ConnectError("no", Number(id));
        },
        watchJob: async function* ({ id }) {
          for (let left = Number(id); left > 0; left--) yield {};
          throw new ConnectError("no more", Code.ResourceExhausted);
        },
      });
    },
    { router: { interceptors: [logCalls(SILENT, () => 0, counts)] } },
  );
  return { counts, answer: answer.resolve, client: createClient(ProducerService, transport) };
}

async function endOf(call: Promise<unknown>): Promise<Code | undefined> {
  return call.then(
    () => undefined,
    (error) => ConnectError.from(error).code,
  );
}

async function read(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}

test("calls are under way until they are answered, streams until their end", async () => {
  const { counts, answer, client } = open();
  const call = client.enqueue({});
  const stream = client.watchJob({ id: "3" })[Symbol.asyncIterator]();
  await stream.next();
  assert.equal(counts.open, 2);

  answer();
  await call;
  assert.equal(counts.open, 1);
  await stream.next();
  await stream.next();
  assert.equal(await endOf(stream.next()), Code.ResourceExhausted);
  assert.equal(counts.open, 0);
});

test("refusals are counted by rpc and code, the most frequent first; what succeeds or is given up is not", async () => {
  const { counts, answer, client } = open();
  answer();
  await client.enqueue({});
  for (const code of [Code.Canceled, Code.NotFound, Code.InvalidArgument, Code.InvalidArgument])
    assert.equal(await endOf(client.getJob({ id: String(code) })), code);
  for (let n = 0; n < 3; n++) await endOf(read(client.watchJob({ id: "1" })));

  assert.equal(counts.open, 0);
  assert.deepEqual(counts.refused(), [
    { rpc: "lakh.v1.ProducerService/WatchJob", code: Code.ResourceExhausted, calls: 3 },
    { rpc: "lakh.v1.ProducerService/GetJob", code: Code.InvalidArgument, calls: 2 },
    { rpc: "lakh.v1.ProducerService/GetJob", code: Code.NotFound, calls: 1 },
  ]);
});
