// The script's steps about what operators see: the whole, queues, jobs, workers, and all of it as it changes.
import { durationFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import type { WatchResponse } from "../../src/gen/lakh/v1/admin_pb.ts";
import {
  AdminService,
  DeadGroupKind,
  JobOrder,
  JobView,
  WatchTopic,
} from "../../src/gen/lakh/v1/admin_pb.ts";
import { type Job, JobState, Situation } from "../../src/gen/lakh/v1/job_pb.ts";
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { Mailbox } from "./mailbox.ts";
import type { Steps } from "./script.ts";
import { holds, refused, type Stage, same } from "./stage.ts";

const { method: admin } = AdminService;

export const viewSteps: Steps = {
  async "the overview counts what was done, and knows its server"(stage) {
    const look = async () => {
      const { overview } = await stage.client.unary(admin.getOverview, {});
      if (!overview?.jobs || !overview.at) throw new Error("an overview without counts, or of no time");
      return { ...overview, jobs: overview.jobs, at: timestampMs(overview.at) };
    };
    const before = await look();
    const worker = await stage.openWorker("overview");
    await stage.enqueue({ name: stage.own("overview") }, { name: stage.own("overview") });
    for (const _ of [1, 2]) await stage.succeed(worker, await stage.next(worker));
    const after = await look();
    const more = after.jobs.succeeded - before.jobs.succeeded;
    holds(more >= 2n, `${more} jobs have succeeded meanwhile`); // others share the server
    holds(after.workers >= 1 && after.queues >= 1, "workers and queues are counted");
    holds(after.at >= before.at && after.storeBytes > 0n, "at, and store_bytes");
    const [node] = after.nodes;
    holds(after.nodes.length === 1 && node?.id !== "" && node?.stopping === false, "one node that is up");
    holds(/^\d+\.\d+\.\d+/.test(node?.version ?? ""), `${node?.version} is a version`);
  },

  async "queues are listed by their prefix, page by page, in alphabetical order"(stage) {
    const names = ["paged.a", "paged.b", "paged.c"].map((word) => stage.own(word));
    await stage.enqueue(...names.toReversed().map((name) => ({ name })));
    const seen: string[] = [];
    let pageToken = "";
    do {
      const request = { namePrefix: stage.own("paged."), pageSize: 2, pageToken };
      const { queues, nextPageToken } = await stage.client.unary(admin.listQueues, request);
      holds(queues.length <= 2, `a page of 2 has ${queues.length}`);
      seen.push(...queues.map(({ name }) => name));
      pageToken = nextPageToken;
    } while (pageToken !== "");
    same(seen, names, "names");
    const { queue } = await stage.client.unary(admin.getQueue, { name: stage.own("nobody-uses") });
    same([queue?.name, queue?.jobs?.ready], [stage.own("nobody-uses"), 0n], "a name that nobody uses");
  },

  async "jobs are listed by a filter, page by page, in the order that was asked for"(stage) {
    const ids = ["a", "b", "c", "d", "e"].map((word) => stage.own(`listed-${word}`));
    const name = stage.own("listed");
    const payload = { case: "data", value: Uint8Array.of(1, 2, 3) } as const;
    for (const id of ids) await stage.enqueue({ id, name, payload, labels: { step: stage.own("list") } });
    await stage.enqueue({ name, labels: { step: "another" } });
    const filter = { names: [name], labels: { step: stage.own("list") } };
    const list = (order: JobOrder, pageToken = "") =>
      stage.client.unary(admin.listJobs, { filter, order, pageSize: 2, pageToken });

    const first = await list(JobOrder.OLDEST);
    const second = await list(JobOrder.OLDEST, first.nextPageToken);
    const third = await list(JobOrder.OLDEST, second.nextPageToken);
    same(
      [first, second, third].map(({ jobs }) => jobs.map(({ id }) => id)),
      [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)],
      "pages",
    );
    same(third.nextPageToken, "", "the token at the end");
    const brief = first.jobs[0];
    same([brief?.state, brief?.payload], [JobState.READY, { case: undefined }], "without its payload");
    const newest = await list(JobOrder.NEWEST);
    same(
      newest.jobs.map(({ id }) => id),
      ids.toReversed().slice(0, 2),
      "the newest first",
    );

    const whole = await stage.client.unary(admin.listJobs, { filter, view: JobView.FULL, pageSize: 1 });
    same(
      whole.jobs.map((job) => [job.id, job.payload]),
      [[ids[4], payload]],
      "with its payload",
    );
    const message = await refused(list(JobOrder.NEWEST, first.nextPageToken), Code.InvalidArgument);
    holds(message.startsWith("page_token:"), `"${message}" names the field`);
  },

  async "a job says why it is not running"(stage) {
    const name = stage.own("why");
    const start = { case: "delay", value: durationFromMs(3_600_000) } as const;
    const [waits, later] = [stage.own("why-waits"), stage.own("why-later")];
    await stage.enqueue({ id: waits, name }, { id: later, name, start });
    same(await stage.situation(waits), Situation.NO_WORKER, "nobody offers its name");
    same(await stage.situation(later), Situation.NOT_DUE, "its time has not come");
    const worker = await stage.openWorker("why");
    const delivery = await stage.next(worker);
    same(await stage.situation(waits), Situation.RUNNING, "a worker holds it");
    await stage.succeed(worker, delivery);
    same(await stage.situation(waits), Situation.FINISHED, "it is finished");
  },

  async "jobs that went wrong in the same way are one group"(stage) {
    const name = stage.own("groups");
    const worker = await stage.openWorker("groups");
    await stage.enqueue({ name }, { name }, { name });
    await stage.die(worker, await stage.next(worker), "no answer from 10.0.0.1 after 30 s");
    await stage.die(worker, await stage.next(worker), "no answer from 10.0.0.2 after 45 s");
    const other = await stage.next(worker);
    await stage.die(worker, other, "another thing");
    const { groups } = await stage.client.unary(admin.listDeadGroups, { name });
    const seen = groups.map(({ jobs, errorClass, errorLine }) => [jobs, errorClass, errorLine]);
    const expected = [
      [2n, "Misfortune", "no answer from <ip> after <n> s"],
      [1n, "Misfortune", "another thing"],
    ];
    same(seen, expected, "groups");
    same(groups[1]?.sampleId, other.jobId, "a sample");
    const filter = { errorGroup: groups[0]?.group ?? "" };
    const { jobs } = await stage.client.unary(admin.listJobs, { filter });
    same(
      jobs.map((job) => [job.name, job.state, job.errorGroup]),
      [
        [name, JobState.DEAD, filter.errorGroup],
        [name, JobState.DEAD, filter.errorGroup],
      ],
      "its jobs",
    );
    same(jobs[0]?.lastError?.class, "Misfortune", "what went wrong last");
  },

  async "jobs that wait after a failure are grouped beside the dead ones"(stage) {
    const name = stage.own("retrying");
    const value = { delay: durationFromMs(3_600_000) };
    const retry = { maxRetries: 3, backoff: { case: "fixed" as const, value } };
    await stage.enqueue({ name, retry });
    const worker = await stage.openWorker("retrying");
    await stage.fail(worker, await stage.next(worker), "not now");
    const groupsOf = async (kind: DeadGroupKind) => {
      const { groups } = await stage.client.unary(admin.listDeadGroups, { name, kind });
      return groups.map(({ jobs, errorLine }) => [jobs, errorLine]);
    };
    same(await groupsOf(DeadGroupKind.RETRYING), [[1n, "not now"]], "retrying");
    same(await groupsOf(DeadGroupKind.DEAD), [], "dead");
    const { queue } = await stage.client.unary(admin.getQueue, { name });
    same([queue?.jobs?.scheduled, queue?.jobs?.retrying], [1n, 1n], "counts");
  },

  async "what changes is watched: a snapshot, then what is new, and on from there"(stage) {
    const name = stage.own("watched");
    const first = await openWatch(stage, name);
    const snapshot = await first.next();
    same([snapshot.snapshot, snapshot.queues.length], [true, 0], "the snapshot");
    holds(snapshot.sequence > 0n, "it has a sequence");

    const [job] = await stage.enqueue({ name });
    const { queues, jobs, last } = await first.gather(({ queues, jobs }) => queues.size > 0 && jobs.size > 0);
    same(
      [...queues.values()].map((queue) => [queue.name, queue.jobs?.ready]),
      [[name, 1n]],
      "queues",
    );
    same(
      [...jobs.values()].map(({ id, state }) => [id, state]),
      [[job?.id, JobState.READY]],
      "jobs",
    );
    holds(!last.snapshot && last.sequence > snapshot.sequence, "a difference, with a larger sequence");

    const second = await openWatch(stage, name, last.sequence);
    const on = await second.next();
    same([on.snapshot, on.jobs.length], [false, 0], "what was told is not told again");
    first.leave();
    second.leave();
  },
};

interface Seen {
  readonly queues: Map<string, Queue>;
  readonly jobs: Map<string, Job>;
}

async function openWatch(stage: Stage, name: string, afterSequence = 0n) {
  const ended = new AbortController();
  const heard = new Mailbox<WatchResponse>();
  const topics = [WatchTopic.QUEUES, WatchTopic.JOBS];
  const request = { topics, names: [name], interval: durationFromMs(1_000), afterSequence };
  const messages = stage.client.serverStream(admin.watch, request, ended.signal);
  const listening = (async () => {
    for await (const message of messages) heard.put(message);
  })();
  listening.then(
    () => heard.end(),
    (fault) => heard.end({ fault }),
  );
  const next = async () => {
    const message = await heard.take(stage.patienceMs);
    if (!message) throw new Error("the watcher heard nothing");
    return message;
  };
  // A job may be told a message earlier or later than its queue.
  const gather = async (isEnough: (seen: Seen) => boolean) => {
    const seen: Seen = { queues: new Map(), jobs: new Map() };
    const until = Date.now() + stage.patienceMs;
    for (;;) {
      const message = await next();
      for (const queue of message.queues) seen.queues.set(queue.name, queue);
      for (const job of message.jobs) seen.jobs.set(job.id, job);
      if (isEnough(seen)) return { ...seen, last: message };
      if (Date.now() > until) throw new Error("the watcher was not told of what changed");
    }
  };
  return { next, gather, leave: () => ended.abort() };
}
