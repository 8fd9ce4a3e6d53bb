// What the tests of the examples share: a server in this process, the example as a process of its own, and a job whose
// end is awaited.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { Job, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { readConfig } from "../../src/server/config.ts";
import { openServer, type RunningServer } from "../../src/server/server.ts";

export interface Served extends AsyncDisposable {
  readonly server: RunningServer;
  readonly producer: Client<typeof ProducerService>;
}

/** A server on loopback, on a free port unless one is given; jobs live as long as it, unless a store is given. */
export async function openServed(listen = "127.0.0.1:0", store = "memory:"): Promise<Served> {
  const argv = ["--listen", listen, "--store", store, "--log-level", "silent"];
  const server = await openServer(readConfig({ argv }));
  const producer = createClient(ProducerService, createGrpcTransport({ baseUrl: server.url }));
  return { server, producer, [Symbol.asyncDispose]: () => server.stop("now") };
}

export interface Running extends AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves once it has said this, on either stream. */
  said(what: string): Promise<void>;
}

/** Starts a worker; leaving its scope kills it. */
export function startExample(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Running {
  const child = spawn(command, args, { env: { ...process.env, ...env }, detached: true });
  const ended = once(child, "close");
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk;
    });
  }
  return {
    child,
    async said(what) {
      while (!text.includes(what))
        await Promise.race([once(child.stdout, "data"), once(child.stderr, "data")]);
    },
    async [Symbol.asyncDispose]() {
      // With all that it has started: a curl that waits for jobs would outlive the shell.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
      await ended;
    },
  };
}

/** The job as it is kept, once it has come into this state. */
export async function awaitJob({ producer }: Served, id: string, state: JobState): Promise<Job> {
  for await (const { job } of producer.watchJob({ id })) {
    if (job?.state !== state) continue;
    const kept = await producer.getJob({ id });
    if (kept.job) return kept.job;
  }
  throw new Error(`job ${id} ended in another state`);
}

/** A way to the server that the test can break. */
export interface Way extends AsyncDisposable {
  readonly address: string;
  /** Breaks what is connected. New connections are fine. */
  cut(): void;
}

export async function openWay(port: number): Promise<Way> {
  const sockets = new Set<Socket>();
  const listener = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {}).on("close", () => to.destroy());
      from.pipe(to);
    }
  });
  await once(listener.listen(0, "127.0.0.1"), "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    async [Symbol.asyncDispose]() {
      listener.close();
      cut();
    },
  };
}
