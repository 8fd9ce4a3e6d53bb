// The script's steps about what a producer asks and is told.
import { Code } from "@connectrpc/connect";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type EnqueueStreamResponse, ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { Mailbox, Outgoing } from "./mailbox.ts";
import type { Steps } from "./script.ts";
import { holds, refused, type Spec, same } from "./stage.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const producerSteps: Steps = {
  async "the same id again changes nothing and says so"(stage) {
    const id = stage.own("once");
    const data = (byte: number) => ({ case: "data", value: Uint8Array.of(byte) }) as const;
    const [first] = await stage.enqueue({ id, name: stage.own("once"), payload: data(1) });
    same([first?.id, first?.state, first?.duplicate], [id, JobState.READY, false], "the first time");
    const [second] = await stage.enqueue({ id, name: stage.own("else"), payload: data(2) });
    same([second?.id, second?.state, second?.duplicate], [id, JobState.READY, true], "the second time");
    const kept = await stage.job(id);
    same([kept.name, kept.payload], [stage.own("once"), data(1)], "what is stored");
  },

  async "a job without an id gets a UUIDv7"(stage) {
    const jobs = await stage.enqueue({ name: stage.own("id") }, { name: stage.own("id") });
    for (const { id } of jobs) holds(UUID_V7.test(id), `${id} is a UUIDv7`);
    holds(jobs[0]?.id !== jobs[1]?.id, "two ids differ");
  },

  async "a batch is stored whole or not at all"(stage) {
    const good = { id: stage.own("good"), name: stage.own("batch") };
    const message = await refused(stage.enqueue(good, { name: "not a name" }), Code.InvalidArgument);
    holds(message.startsWith("jobs[1].name:"), `"${message}" names the field`);
    await refused(stage.job(good.id), Code.NotFound);
  },

  async "a job is followed from where it is to its end"(stage) {
    const [job] = await stage.enqueue({ id: stage.own("watched"), name: stage.own("watch") });
    const ended = new AbortController();
    const states = new Mailbox<JobState>();
    const messages = stage.client.serverStream(
      ProducerService.method.watchJob,
      { id: job?.id ?? "" },
      ended.signal,
    );
    const watching = (async () => {
      for await (const { job: seen } of messages) if (seen) states.put(seen.state);
      states.end();
    })();
    watching.catch((fault) => states.end({ fault }));
    same(await states.take(stage.patienceMs), JobState.READY, "the first word");

    const worker = await stage.openWorker("watch");
    await stage.succeed(worker, await stage.next(worker));
    let last: JobState | undefined;
    for (let state = await states.take(stage.patienceMs); state; state = await states.take(stage.patienceMs))
      last = state;
    same(last, JobState.SUCCEEDED, "the last word");
    await watching; // the server ended it
  },

  async "who asks after a job that is not there is told so"(stage) {
    await refused(stage.job(stage.own("nobody")), Code.NotFound);
    const asked = stage.client.serverStream(
      ProducerService.method.watchJob,
      { id: stage.own("nobody") },
      new AbortController().signal,
    );
    const first = asked[Symbol.asyncIterator]().next();
    const message = await refused(first, Code.NotFound);
    holds(message.includes(stage.own("nobody")), `"${message}" names the job`);
  },

  async "a stream of batches is greeted, acknowledged and goes on after a refusal"(stage) {
    const { bidi } = stage.client;
    if (!bidi || stage.lane !== "Work") return;

    const requests = new Outgoing<{ jobs: Spec[] }>();
    const heard = new Mailbox<EnqueueStreamResponse>();
    const ended = new AbortController();
    const answers = bidi(ProducerService.method.enqueueStream, requests, ended.signal);
    const listening = (async () => {
      for await (const answer of answers) heard.put(answer);
      heard.end();
    })();
    listening.catch((fault) => heard.end({ fault }));
    same((await heard.take(stage.patienceMs))?.messagesThrough, 0n, "the greeting");

    const name = stage.own("stream");
    requests.send({ jobs: [{ id: stage.own("streamed"), name }, { name }] });
    requests.send({ jobs: [{ name: "not a name" }] });
    requests.send({ jobs: [{ id: stage.own("streamed"), name }] });
    requests.end();
    let through = 0n;
    const told: unknown[] = [];
    for (let one = await heard.take(stage.patienceMs); one; one = await heard.take(stage.patienceMs)) {
      through = one.messagesThrough;
      for (const { message, generatedIds, duplicates, refusal } of one.receipts)
        told.push([message, generatedIds.length, duplicates, refusal?.code]);
    }
    await listening;
    same(through, 3n, "messages_through");
    const refusal = [2n, 0, [], Code.InvalidArgument];
    same(told, [[1n, 1, [], undefined], refusal, [3n, 0, [0], undefined]], "receipts");
    same((await stage.job(stage.own("streamed"))).state, JobState.READY, "state");
  },
};
