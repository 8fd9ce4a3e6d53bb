// Who follows a job hears of its end, whatever end that is: a job that somebody deletes will never be finished.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { byIds } from "./stage.ts";
import { openWireServer } from "./wire-server.ts";

test("a watched job that is deleted ends the watch with NOT_FOUND", { timeout: 10_000 }, async () => {
  await using server = await openWireServer();
  const transport = createGrpcTransport({ baseUrl: server.url });
  const [producer, admin] = [createClient(ProducerService, transport), createClient(AdminService, transport)];
  await producer.enqueue({ jobs: [{ id: "doomed", name: "none" }] });
  const watched = producer.watchJob({ id: "doomed" })[Symbol.asyncIterator]();
  assert.equal((await watched.next()).value?.job?.state, JobState.READY);

  await admin.deleteJobs({ selection: byIds("doomed") });

  await assert.rejects(watched.next(), (error) => ConnectError.from(error).code === Code.NotFound);
});

test("a watched job that is kept no longer than its end is seen to end", { timeout: 10_000 }, async () => {
  await using server = await openWireServer({ argv: ["--retention-cancelled", "0"] });
  const producer = createClient(ProducerService, createGrpcTransport({ baseUrl: server.url }));
  await producer.enqueue({ jobs: [{ id: "brief", name: "none" }] });
  const watched = producer.watchJob({ id: "brief" })[Symbol.asyncIterator]();
  assert.equal((await watched.next()).value?.job?.state, JobState.READY);

  await producer.cancelJobs({ ids: ["brief"] });

  assert.equal((await watched.next()).value?.job?.state, JobState.CANCELLED);
  assert.equal((await watched.next()).done, true);
});
