// The long stream of a producer against a scripted server: batches, room, repeats, refusals.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Code, ConnectError, EnqueueRefusedError, Producer } from "../../src/client/client.ts";
import { FakeServer, openFakeServer } from "./fake-server.ts";

async function openProducer(context: TestContext) {
  const server = await openFakeServer(context);
  const producer = new Producer({ url: server.url });
  context.after(async () => producer.close());
  return { server, producer };
}

test("a stream batches what is added while the last batch is written, and flush waits for the disk", async (t) => {
  const { server, producer } = await openProducer(t);
  const stream = producer.openStream();
  const fake = await server.enqueueStreams.next();
  for (let n = 0; n < 2_500; n++) await stream.add({ name: "add", json: n });

  let isFlushed = false;
  const flushed = stream.flush().then(() => {
    isFlushed = true;
  });
  const counts: number[] = [];
  while (counts.reduce((sum, count) => sum + count, 0) < 2_500)
    counts.push((await fake.heard.next()).jobs.length);

  assert.deepEqual(counts, [1_000, 1_000, 500]);
  assert.equal(isFlushed, false);
  fake.say({ messagesThrough: 3n });
  await flushed;
  const closed = stream.close();
  await fake.over;
  fake.end();
  await closed;
});

test("add waits when too many jobs are on their way", async (t) => {
  const { server, producer } = await openProducer(t);
  const stream = producer.openStream({ unacknowledgedMax: 2 });
  const fake = await server.enqueueStreams.next();
  await stream.add({ name: "add" });
  await stream.add({ name: "add" });

  let hasRoom = false;
  const third = stream.add({ name: "add" }).then(() => {
    hasRoom = true;
  });
  const { jobs } = await fake.heard.next();
  assert.deepEqual([jobs.length, hasRoom], [2, false]);
  fake.say({ messagesThrough: 1n });
  await third;

  await fake.heard.next();
  fake.say({ messagesThrough: 2n });
  const closed = stream.close();
  await fake.over;
  fake.end();
  await closed;
});

test("after a broken connection a stream repeats what is not acknowledged, with the same ids", async (t) => {
  const { server, producer } = await openProducer(t);
  const stream = producer.openStream({ delay: { minMs: 1, maxMs: 5 } });
  const fake = await server.enqueueStreams.next();
  const first = await stream.add({ name: "add" });
  await fake.heard.next();
  fake.say({ messagesThrough: 1n });
  await stream.flush();
  const second = await stream.add({ name: "add" });
  await fake.heard.next();

  server.cut();
  const again = await server.enqueueStreams.next();
  const { jobs } = await again.heard.next();

  assert.notEqual(first, second);
  assert.deepEqual(
    jobs.map(({ id }) => id),
    [second],
  );
  again.say({ messagesThrough: 1n });
  const closed = stream.close();
  await again.over;
  again.end();
  await closed;
});

test("one wrong job does not take its batch with it: the batch is halved until the wrong one is alone", async (t) => {
  const { server, producer } = await openProducer(t);
  const stream = producer.openStream();
  const fake = await server.enqueueStreams.next();
  const stored = new Set<string>();
  let messages = 0n;
  const answering = (async () => {
    for (let isAlone = false; !isAlone || stored.size < 9; ) {
      const { jobs } = await fake.heard.next();
      messages += 1n;
      const isWrong = jobs.some(({ id }) => id === "wrong");
      const receipt = {
        message: messages,
        refusal: { code: Code.InvalidArgument, message: "name: too long" },
      };
      isAlone ||= isWrong && jobs.length === 1;
      if (!isWrong) for (const { id } of jobs) stored.add(id);
      fake.say({ messagesThrough: messages, receipts: isWrong ? [receipt] : [] });
    }
  })();
  for (let n = 0; n < 10; n++) await stream.add({ name: "add", id: n === 4 ? "wrong" : `${n}` });

  await assert.rejects(stream.flush(), (error) => {
    assert.ok(error instanceof EnqueueRefusedError);
    assert.deepEqual(error.refused, [{ id: "wrong", code: Code.InvalidArgument, reason: "name: too long" }]);
    return true;
  });
  await answering;
  assert.equal(stored.size, 9);
  const closed = stream.close();
  await fake.over;
  fake.end();
  await closed;
});

test("a stream gives up on a server that stays away longer than it was told to wait", async (t) => {
  const server = new FakeServer();
  await server.listen();
  const producer = new Producer({ url: server.url });
  t.after(() => producer.close());
  await server.close();
  const stream = producer.openStream({ retryForMs: 20, delay: { minMs: 1, maxMs: 5 } });
  await stream.add({ name: "add" });

  await assert.rejects(stream.flush(), (error) => ConnectError.from(error).code === Code.Unavailable);
  await assert.rejects(stream.add({ name: "add" }));
  await assert.rejects(stream.close());
});
