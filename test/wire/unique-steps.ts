// The script's steps about what a producer may ask for besides a place in the queue: that a job is unique, and its outcome.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { JobState, UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { Outgoing } from "./mailbox.ts";
import type { Steps } from "./script.ts";
import { type Spec, same } from "./stage.ts";

export const uniqueSteps: Steps = {
  async "a second job with the unique key of an unfinished one is that one"(stage) {
    const spec = { name: stage.own("unique"), uniqueKey: "report 7" };
    const [first] = await stage.enqueue({ ...spec, id: stage.own("unique-1") });
    const [second] = await stage.enqueue({ ...spec, id: stage.own("unique-2") });
    same([second?.id, second?.duplicate], [first?.id, true], "the second one");
    const [other] = await stage.enqueue({ ...spec, name: stage.own("unique-other") });
    same(other?.duplicate, false, "the same key under another name");

    const worker = await stage.openWorker("unique");
    await stage.succeed(worker, await stage.next(worker));
    const [third] = await stage.enqueue({ ...spec, id: stage.own("unique-3") });
    same([third?.id, third?.duplicate], [stage.own("unique-3"), false], "once the first is finished");
    same((await stage.job(stage.own("unique-3"))).uniqueKey, "report 7", "what is kept");
    await stage.succeed(worker, await stage.next(worker));
  },

  async "a waiting job makes way for a newer one of its unique key, and a reserved one does not"(stage) {
    const spec = (word: string, value: number): Spec => ({
      id: stage.own(`replace-${word}`),
      name: stage.own("replace"),
      uniqueKey: "search",
      onConflict: UniqueConflict.REPLACE,
      payload: { case: "data", value: Uint8Array.of(value) },
    });
    await stage.enqueue(spec("1", 1));
    const [second] = await stage.enqueue(spec("2", 2));
    same([second?.duplicate, second?.replacedId], [false, stage.own("replace-1")], "the second one");
    const first = await stage.job(stage.own("replace-1"));
    same([first.state, first.replacedBy], [JobState.CANCELLED, stage.own("replace-2")], "the first one");

    const worker = await stage.openWorker("replace");
    const delivery = await stage.next(worker);
    same(delivery.payload, { case: "data", value: Uint8Array.of(2) }, "what is delivered");
    const [third] = await stage.enqueue(spec("3", 3));
    const told = [third?.id, third?.duplicate, third?.state, third?.replacedId];
    same(told, [stage.own("replace-2"), true, JobState.RESERVED, ""], "while a worker holds it");
    await stage.succeed(worker, delivery);
  },

  async "a stream of batches says whose unique key was taken"(stage) {
    const { bidi } = stage.client;
    if (!bidi || stage.lane !== "Work") return;

    const name = stage.own("conflict");
    const [kept, newer] = [stage.own("conflict-1"), stage.own("conflict-2")];
    await stage.enqueue({ id: kept, name, uniqueKey: "key" });
    const requests = new Outgoing<{ jobs: Spec[] }>();
    requests.send({ jobs: [{ name }, { id: newer, name, uniqueKey: "key" }] });
    const onConflict = UniqueConflict.REPLACE;
    requests.send({ jobs: [{ id: newer, name, uniqueKey: "key", onConflict }] });
    requests.end();
    const answers = bidi(ProducerService.method.enqueueStream, requests, new AbortController().signal);
    const told: unknown[] = [];
    for await (const { receipts } of answers)
      for (const { message, duplicates, conflicts } of receipts) {
        const taken = conflicts.map(({ job, id, replaced }) => [job, id, replaced]);
        told.push([message, duplicates, taken]);
      }
    const expected = [
      [1n, [1], [[1, kept, false]]],
      [2n, [], [[0, kept, true]]],
    ];
    same(told, expected, "receipts");
  },

  async "an enqueue that waits is answered with what became of the job"(stage) {
    const worker = await stage.openWorker("wait");
    const spec = { id: stage.own("waited"), name: stage.own("wait") };
    const wait = durationFromMs(stage.patienceMs);
    const waiting = stage.client.unary(ProducerService.method.enqueue, { jobs: [spec], wait });
    const { jobId, attempt } = await stage.next(worker);
    const result = { value: { case: "data", value: Uint8Array.of(7) } } as const;
    await worker.report({ jobId, attempt, report: { case: "succeed", value: { result } } });
    const [answer] = (await waiting).jobs;
    same([answer?.id, answer?.duplicate], [spec.id, false], "what is stored");
    same([answer?.job?.state, answer?.job?.workerId], [JobState.SUCCEEDED, worker.id], "what became of it");
    same(answer?.job?.result, result, "its result");

    const later = {
      ...spec,
      id: stage.own("waited-in-vain"),
      start: { case: "delay", value: durationFromMs(60_000) },
    };
    const soon = await stage.client.unary(ProducerService.method.enqueue, {
      jobs: [later as Spec],
      wait: durationFromMs(50),
    });
    same(soon.jobs[0]?.job?.state, JobState.SCHEDULED, "of one that is not finished in time");
  },
};
