// What the pages of the dashboard ask, and those who watch.
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  GetOverviewRequestSchema,
  ListDeadGroupsRequestSchema,
  ListJobsRequestSchema,
  ListQueuesRequestSchema,
  WatchRequestSchema,
  WatchTopic,
} from "../../../src/gen/lakh/v1/admin_pb.ts";
import { JobState } from "../../../src/gen/lakh/v1/job_pb.ts";
import { envelope, openCall, openSession } from "../grpc-stream.ts";
import { Histogram } from "../histogram.ts";
import { callHttp2 } from "./http2-call.ts";

/** What is asked, and what of. */
interface Question {
  readonly what: string;
  readonly path: string;
  readonly body: Buffer;
}

const QUESTIONS: readonly Question[] = [
  question("overview", "GetOverview", GetOverviewRequestSchema, {}),
  question("100 queues", "ListQueues", ListQueuesRequestSchema, {}),
  question("newest jobs", "ListJobs", ListJobsRequestSchema, {}),
  question("dead jobs", "ListJobs", ListJobsRequestSchema, { filter: { states: [JobState.DEAD] } }),
  question("ready jobs of a name", "ListJobs", ListJobsRequestSchema, {
    filter: { states: [JobState.READY], names: ["load.7"] },
  }),
  question("groups of dead jobs", "ListDeadGroups", ListDeadGroupsRequestSchema, {}),
];

function question<Desc extends DescMessage>(
  what: string,
  rpc: string,
  schema: Desc,
  message: MessageInitShape<Desc>,
): Question {
  const body = Buffer.from(toBinary(schema, create(schema, message)));
  return { what, path: `/lakh.v1.AdminService/${rpc}`, body };
}

export interface PageTime {
  readonly what: string;
  readonly spans: Histogram;
}

/** Asks each question `calls` times, one after the other. */
export async function pageTimes(url: string, calls: number): Promise<PageTime[]> {
  const session = openSession(url);
  const headers = { "content-type": "application/proto" };
  const times: PageTime[] = [];
  for (const { what, path, body } of QUESTIONS) {
    const spans = new Histogram();
    for (let i = 0; i < calls; i++) {
      const startedAt = performance.now();
      await callHttp2(session, { path, headers, body });
      spans.record(performance.now() - startedAt);
    }
    times.push({ what, spans });
  }
  session.destroy();
  return times;
}

/** Opens streams that watch everything but single jobs, once a second. Answers how to close them. */
export async function openWatchers(url: string, count: number): Promise<() => void> {
  const session = openSession(url);
  const topics = [WatchTopic.OVERVIEW, WatchTopic.QUEUES, WatchTopic.WORKERS, WatchTopic.OPERATIONS];
  const request = create(WatchRequestSchema, { topics, interval: { seconds: 1n } });
  const framed = envelope(toBinary(WatchRequestSchema, request));
  await Promise.all(
    Array.from({ length: count }, async () => {
      const call = openCall(session, "/lakh.v1.AdminService/Watch");
      call.end(framed);
      await new Promise((resolve) => call.once("data", resolve));
    }),
  );
  return () => session.destroy();
}
