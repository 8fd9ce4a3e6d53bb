// A server inside the test's own process, its store in memory, with a mistake between broker and store when a control
// wants one.
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { type Job, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { readConfig } from "../../src/server/config.ts";
import { openServer, type RunningServer, retentionOf } from "../../src/server/server.ts";
import { openStore } from "../../src/store/open.ts";
import { type Mutation, wrapStore } from "../store/mutants.ts";

export interface InProcessOptions {
  readonly argv?: readonly string[];
  readonly mutation?: Mutation | undefined;
}

export class InProcessServer implements AsyncDisposable {
  readonly url: string;
  readonly producer: ReturnType<typeof producerOf>;
  readonly #server: RunningServer;

  constructor(server: RunningServer) {
    this.#server = server;
    this.url = server.url;
    this.producer = producerOf(server.url);
  }

  async job(id: string): Promise<Job> {
    const { job } = await this.producer.getJob({ id });
    if (!job) throw new Error(`GetJob answered without the job ${id}`);
    return job;
  }

  /** Resolves with the job when it is finished. */
  async finished(id: string): Promise<Job> {
    for await (const { job } of this.producer.watchJob({ id })) {
      if (job && FINISHED.has(job.state)) return this.job(id);
    }
    throw new Error(`the job ${id} is not finished`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop("now");
  }
}

const FINISHED: ReadonlySet<JobState> = new Set([JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED]);

function producerOf(url: string) {
  return createClient(ProducerService, createGrpcTransport({ baseUrl: url }));
}

export async function openInProcess({
  argv = [],
  mutation,
}: InProcessOptions = {}): Promise<InProcessServer> {
  const fixed = ["--listen", "127.0.0.1:0", "--store", "memory:", "--log-level", "error"];
  const config = readConfig({ argv: [...fixed, ...argv] });
  const server = await openServer(config, {
    openStore: async (_config, clock) => {
      const store = await openStore("memory:", {
        retention: retentionOf(config),
        chance: () => clock.chance(),
      });
      return mutation ? wrapStore(store, mutation) : store;
    },
  });
  return new InProcessServer(server);
}
