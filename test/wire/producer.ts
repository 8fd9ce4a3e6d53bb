// What most wire tests need beside the client they are about: somebody who enqueues, looks, and waits for a state.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { type Job, type JobSpecSchema, type JobState, JobStateSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../../src/gen/lakh/v1/worker_pb.ts";

export interface Producer extends Disposable {
  readonly rpc: Client<typeof ProducerService>;
  /** The unary half of a worker, on the same connection. */
  readonly worker: Client<typeof WorkerService>;
  /** Everything that an operator can do, likewise. */
  readonly admin: Client<typeof AdminService>;
  enqueue(...jobs: MessageInitShape<typeof JobSpecSchema>[]): Promise<string[]>;
  job(id: string): Promise<Job>;
  /** The whole job, once it is in this state. Throws after 10 s. */
  until(id: string, state: JobState): Promise<Job>;
  /** The whole job, once it is in another state. Throws after 10 s. */
  untilNot(id: string, state: JobState): Promise<Job>;
}

export function openProducer(url: string): Producer {
  const sessionManager = new Http2SessionManager(url);
  const transport = createGrpcTransport({ baseUrl: url, sessionManager });
  const rpc = createClient(ProducerService, transport);
  const job = async (id: string) => {
    const { job: found } = await rpc.getJob({ id });
    if (!found) throw new Error(`GetJob answered without the job ${id}`);
    return found;
  };
  const seen = async (id: string, what: string, enough: (state: JobState) => boolean) => {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(10_000)]);
    try {
      for await (const { job: now } of rpc.watchJob({ id }, { signal })) {
        if (now && enough(now.state)) return await job(id);
      }
    } finally {
      ended.abort();
    }
    throw new Error(`job ${id} did not ${what}, but ended as ${nameOf((await job(id)).state)}`);
  };
  return {
    rpc,
    worker: createClient(WorkerService, transport),
    admin: createClient(AdminService, transport),
    enqueue: async (...jobs) => (await rpc.enqueue({ jobs })).jobs.map(({ id }) => id),
    job,
    until: (id, state) => seen(id, `reach ${nameOf(state)}`, (is) => is === state),
    untilNot: (id, state) => seen(id, `leave ${nameOf(state)}`, (is) => is !== state),
    [Symbol.dispose]: () => sessionManager.abort(),
  };
}

function nameOf(state: JobState): string {
  return JobStateSchema.value[state]?.localName ?? String(state);
}
