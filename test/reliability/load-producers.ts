// Producers in a process of their own: one job at a time over HTTP/1.1, batches over gRPC, and streams. What they send
// they send until it is acknowledged, always with the same ids. Arguments: the ledger, and a prefix of all ids.
import { setTimeout as pause } from "node:timers/promises";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import {
  CancelOutcome,
  type EnqueueStreamResponse,
  ProducerService,
} from "../../src/gen/lakh/v1/producer_pb.ts";
import { LedgerWriter } from "./ledger.ts";
import { recipeOf, specOf } from "./recipe.ts";
import { ServerAddresses } from "./server-addresses.ts";

const [ledgerPath = "", prefix = ""] = process.argv.slice(2);
const ledger = new LedgerWriter(ledgerPath);
const addresses = new ServerAddresses();

/** What a server that is killed, or is stopping, looks like from here. Anything else is a bug and ends the process. */
const GONE = new Set([Code.Unavailable, Code.Aborted, Code.Canceled, Code.Internal, Code.Unknown]);

function* idsOf(lane: string): Generator<string> {
  for (let i = 0; ; i++) yield `${prefix}.${lane}.${i}`;
}

function take(ids: Generator<string>, count: number): string[] {
  return Array.from({ length: count }, () => ids.next().value);
}

/** Calls until an answer comes, moving with the server. */
async function insist<T>(makeTransport: (url: string) => Transport, call: (to: Transport) => Promise<T>) {
  for (let url = await addresses.other(); ; url = await addresses.other(url)) {
    const transport = transportTo(url, makeTransport);
    try {
      return await call(transport);
    } catch (error) {
      if (!(error instanceof ConnectError) || !GONE.has(error.code)) throw error;
    }
  }
}

const transports = new Map<(url: string) => Transport, { url: string; transport: Transport }>();

function transportTo(url: string, make: (url: string) => Transport): Transport {
  const known = transports.get(make);
  if (known?.url === url) return known.transport;

  const transport = make(url);
  transports.set(make, { url, transport });
  return transport;
}

const http1 = (url: string) => createConnectTransport({ baseUrl: url, httpVersion: "1.1" });
const grpc = (url: string) => createGrpcTransport({ baseUrl: url });

async function enqueue(ids: readonly string[], makeTransport: (url: string) => Transport): Promise<void> {
  ledger.write("try", ids);
  const jobs = ids.map(specOf);
  const enqueued = await insist(makeTransport, (to) => createClient(ProducerService, to).enqueue({ jobs }));
  ledger.write("ack", ids);
  const recovered = enqueued.jobs.filter(({ duplicate }) => duplicate);
  ledger.write(
    "recovered",
    recovered.map(({ id }) => id),
  );
  await cancelSome(ids);
}

async function cancelSome(acknowledged: readonly string[]): Promise<void> {
  const ids = acknowledged.filter((id) => recipeOf(id).isCancelled);
  if (ids.length === 0) return;

  const { results } = await insist(grpc, (to) => createClient(ProducerService, to).cancelJobs({ ids }));
  const cancelled = results.filter(({ outcome, state }) => {
    return outcome === CancelOutcome.CANCELLED || state === JobState.CANCELLED;
  });
  ledger.write(
    "cancelled",
    cancelled.map(({ id }) => id),
  );
}

async function produce(
  lane: string,
  load: { jobs: number; pauseMs: number; over: typeof grpc },
): Promise<void> {
  const ids = idsOf(lane);
  while (!addresses.isStopped) {
    await enqueue(take(ids, load.jobs), load.over);
    await pause(load.pauseMs);
  }
}

/** Messages of one stream, and what is not acknowledged when it breaks again on the next. */
async function produceByStream(load: { jobs: number; pauseMs: number }): Promise<void> {
  const ids = idsOf("stream");
  let pending: string[][] = [];
  for (let url = await addresses.other(); ; url = await addresses.other(url)) {
    const sessions = new Http2SessionManager(url);
    const client = createClient(
      ProducerService,
      createGrpcTransport({ baseUrl: url, sessionManager: sessions }),
    );
    const isOver = { yes: false };
    try {
      let through = 0n;
      for await (const said of client.enqueueStream(requests(pending, ids, { ...load, isOver }))) {
        noteReceipts(said, { pending, through });
        const acknowledged = pending.splice(0, Number(said.messagesThrough - through));
        through += BigInt(acknowledged.length);
        ledger.write("ack", acknowledged.flat());
        await Promise.all(acknowledged.map(cancelSome));
      }
      return;
    } catch (error) {
      if (!(error instanceof ConnectError) || !GONE.has(error.code)) throw error;
    }
    isOver.yes = true;
    pending = [...pending];
    sessions.abort();
  }
}

async function* requests(
  pending: string[][],
  ids: Generator<string>,
  { jobs, pauseMs, isOver }: { jobs: number; pauseMs: number; isOver: { readonly yes: boolean } },
) {
  for (const again of [...pending]) yield { jobs: again.map(specOf) };
  while (!addresses.isStopped && !isOver.yes) {
    const message = take(ids, jobs);
    ledger.write("try", message);
    pending.push(message);
    yield { jobs: message.map(specOf) };
    await pause(pauseMs);
  }
}

function noteReceipts(
  { receipts }: EnqueueStreamResponse,
  { pending, through }: { pending: readonly string[][]; through: bigint },
): void {
  for (const { message, refusal, duplicates } of receipts) {
    if (refusal) throw new ConnectError(refusal.message, refusal.code as Code);
    const ids = pending[Number(message - through) - 1] ?? [];
    ledger.write(
      "recovered",
      duplicates.flatMap((i) => ids[i] ?? []),
    );
  }
}

await Promise.all([
  produce("one", { jobs: 1, pauseMs: 2, over: http1 }),
  produce("single", { jobs: 1, pauseMs: 2, over: grpc }),
  produce("batch", { jobs: 50, pauseMs: 60, over: grpc }),
  produceByStream({ jobs: 20, pauseMs: 20 }),
]);
process.exit(0);
