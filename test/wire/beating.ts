// Streams that are silent but for hello and heartbeats: every kind that a client can open.
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../../src/gen/lakh/v1/worker_pb.ts";
import { Mailbox, Outgoing } from "./mailbox.ts";
import type { WireClient } from "./wire-client.ts";

export interface Beating {
  /** Those that have said hello. */
  readonly streams: readonly string[];
  /** Those that speak once more; a stream that stays silent too long is not among them. */
  again(): Promise<readonly string[]>;
  end(): void;
}

/** @param patienceMs how long to wait for each word */
export async function openBeating(client: WireClient, prefix: string, patienceMs = 10_000): Promise<Beating> {
  const ended = new AbortController();
  const heard = new Map<string, Mailbox<true>>();
  for (const [name, messages] of await openStreams(client, prefix, ended.signal)) {
    const mailbox = new Mailbox<true>();
    heard.set(name, mailbox);
    listen(messages, mailbox);
  }
  const again = async () => {
    const all = [...heard].map(async ([name, mailbox]) => ((await mailbox.take(patienceMs)) ? [name] : []));
    return (await Promise.all(all)).flat();
  };
  return { streams: await again(), again, end: () => ended.abort() };
}

async function openStreams(
  client: WireClient,
  prefix: string,
  signal: AbortSignal,
): Promise<[string, AsyncIterable<unknown>][]> {
  const id = `${prefix}.watched`;
  await client.unary(ProducerService.method.enqueue, { jobs: [{ id, name: `${prefix}.waits` }] });
  const hello = { names: [`${prefix}.nothing`], capacity: 1 };
  const streams: [string, AsyncIterable<unknown>][] = [
    ["WatchJob", client.serverStream(ProducerService.method.watchJob, { id }, signal)],
    ["Subscribe", client.serverStream(WorkerService.method.subscribe, { hello }, signal)],
  ];
  if (!client.bidi) return streams;

  const work = new Outgoing<{ hello: typeof hello }>();
  work.send({ hello });
  const batches = new Outgoing<{ jobs: [] }>();
  return [
    ...streams,
    ["Work", client.bidi(WorkerService.method.work, work, signal)],
    ["EnqueueStream", client.bidi(ProducerService.method.enqueueStream, batches, signal)],
  ];
}

async function listen(messages: AsyncIterable<unknown>, mailbox: Mailbox<true>): Promise<void> {
  try {
    for await (const _ of messages) mailbox.put(true);
    mailbox.end();
  } catch (fault) {
    mailbox.end({ fault });
  }
}
