// Where the original's API and lakh.v1 meet: payloads both ways, and the dead.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { JobStatus } from "../../src/gen/lakh/lakh_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { OriginalClient, reservedFor } from "./original-client.ts";
import { openProducer, type Producer } from "./producer.ts";
import { openWireServer } from "./wire-server.ts";

const MiB = 1 << 20;

function json(value: JsonValue) {
  return { case: "json", value: fromJson(ValueSchema, value) } as const;
}

function data(value: Uint8Array | string) {
  return { case: "data", value: Buffer.from(value) } as const;
}

/** Enqueues jobs and lets each die of its first failure. */
async function kill(producer: Producer, ids: readonly string[], payload: ReturnType<typeof data>) {
  for (const id of ids) {
    await producer.enqueue({ id, name: "doomed", payload, retry: { maxRetries: 0 } });
    const { jobs } = await producer.worker.reserve({ names: ["doomed"], workerId: "w" });
    assert.equal(jobs[0]?.jobId, id);
    const report = { case: "fail", value: { error: { message: "of no use" } } } as const;
    await producer.worker.report({ workerId: "w", reports: [{ jobId: id, attempt: 1, report }] });
  }
}

describe("a payload of lakh.v1 reaches a worker of the original", () => {
  const cases: [kind: string, payload: ReturnType<typeof json> | ReturnType<typeof data>, args: string[]][] =
    [
      ["an array of strings as its args", json(["a", "ü", ""]), ["a", "ü", ""]],
      ["an empty array as no args", json([]), []],
      ["an object as one arg of JSON text", json({ user: 42 }), ['{"user":42}']],
      ["an array of other things as one arg of JSON text", json(["a", 1]), ['["a",1]']],
      ["a string as one arg of JSON text", json("a"), ['"a"']],
      ["bytes that are text as one arg", data("grüße"), ["grüße"]],
      ["bytes that are no text as one arg of base64", data(Uint8Array.of(0xff, 0, 1)), ["/wAB"]],
      ["bytes that are a JSON array of strings as its args", data('["a","b"]'), ["a", "b"]],
    ];
  for (const [kind, payload, args] of cases) {
    test(kind, async () => {
      await using server = await openWireServer();
      using original = new OriginalClient(server.url);
      using producer = openProducer(server.url);
      const worker = original.join("translate");
      await producer.enqueue({ name: "translate", payload });
      assert.deepEqual((await worker.next()).args, args);
    });
  }
});

test("a job of the original reaches a worker of lakh.v1 as a JSON array of strings", async () => {
  await using server = await openWireServer();
  using original = new OriginalClient(server.url);
  using producer = openProducer(server.url);
  await original.work("add", [{ id: "a", name: "add", args: ["1", "2"], ...reservedFor(60) }]);
  const { jobs } = await producer.worker.reserve({ names: ["add"] });
  assert.deepEqual(jobs[0]?.payload, json(["1", "2"]));
});

test("a success reported to the original's API counts for a job that was delivered by lakh.v1", async () => {
  await using server = await openWireServer();
  using original = new OriginalClient(server.url);
  using producer = openProducer(server.url);
  const [id] = await producer.enqueue({ name: "add" });
  assert.ok(id);
  await producer.worker.reserve({ names: ["add"], workerId: "other" });
  original.join("add").report({ id, name: "add" }, JobStatus.SUCCEEDED);
  await producer.until(id, JobState.SUCCEEDED);
});

describe("GetDeadJobs", () => {
  test("answers nothing when nobody is dead", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    assert.deepEqual((await original.getDeadJobs()).jobs, []);
  });

  test("shows the dead as they were enqueued, the newest first", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    await kill(producer, ["first", "second"], data('["x"]'));
    const { jobs } = await original.getDeadJobs();
    assert.deepEqual(
      jobs.map(({ id, name, args }) => [id, name, args]),
      [
        ["second", "doomed", ["x"]],
        ["first", "doomed", ["x"]],
      ],
    );
  });

  for (const [kind, byte] of [
    ["text", 0x78],
    ["bytes, which grow when they become text", 0xff],
  ] as const) {
    test(`answers with the newest that fit into 4 MiB: ${kind}`, async () => {
      await using server = await openWireServer();
      using original = new OriginalClient(server.url);
      using producer = openProducer(server.url);
      await kill(producer, ["1", "2", "3", "4", "5"], data(Buffer.alloc(MiB, byte)));
      const ids = (await original.getDeadJobs()).jobs.map(({ id }) => id);
      assert.deepEqual(ids, byte === 0xff ? ["5", "4"] : ["5", "4", "3"]);
    });
  }
});
