// Streams: many jobs in over EnqueueStream, many jobs out to one worker over Work, beside the best that peers do and
// beside raw Node that only passes the bytes on.
import { create, toBinary } from "@bufbuild/protobuf";
import { EnqueueStreamRequestSchema } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { envelope } from "../grpc-stream.ts";
import { type Anchor, DURABLE, type Line, lakhAt } from "../line.ts";
import { bestPeer, type PeerFigure } from "../peer-figures.ts";
import { startChild } from "../processes.ts";
import type { Stand } from "../stand.ts";
import { drain, echoBytes, PAYLOAD, streamEnqueue } from "../streams.ts";
import { byTurns, type Figures } from "../turns.ts";

/** Jobs in a message. */
const BATCH = 200;
const CAPACITY = 1_000;

/** Peers: what they did in this run; nothing, when they were not asked for. */
export async function* streamLines(stand: Stand, peers: readonly PeerFigure[]): AsyncGenerator<Line> {
  stand.progress("streams");
  await using echo = await startChild("echo-process.ts");
  await using keeps = await stand.startLakh();
  await using forgets = await stand.startLakh(["--retention-succeeded", "0"]);
  const [, http2 = ""] = echo.line.split(" ");
  const { jobs, turns } = stand.scale;
  const count = async (perSecond: Promise<number>) => ({ count: jobs, perSecond: await perSecond });
  const fill = (url: string) => count(streamEnqueue(url, { jobs, batch: BATCH }));
  const empty = (url: string) => count(drain(url, { jobs, capacity: CAPACITY }));
  const { raw, enqueue, kept, forgotten } = await byTurns(
    {
      raw: { server: echo, once: () => count(echoedJobs(http2, jobs)) },
      enqueue: { server: keeps, once: () => fill(keeps.line) },
      kept: { server: keeps, once: () => empty(keeps.line) },
      enqueueAgain: { server: forgets, once: () => fill(forgets.line) },
      forgotten: { server: forgets, once: () => empty(forgets.line) },
    },
    turns,
  );

  const ofPeers = (load: PeerFigure["load"]) =>
    anchorOf(bestPeer(peers, load, (one) => one.survives !== "nothing"));
  const inMemory = bestPeer(
    peers,
    "drain",
    ({ peer, survives }) => survives === "nothing" && /^beans/.test(peer),
  );
  const enqueued = lineOf(`enqueue by a stream, ${BATCH} a message`, enqueue);
  yield { ...enqueued, anchor: ofPeers("bulk"), goal: "enqueue-peer", comparison: lakhAt("bulk") };
  yield {
    ...enqueued,
    anchor: { name: "raw node:http2 echo", figure: raw.perSecond, serverUs: raw.serverUs },
  };
  const drained = lineOf("drain, one worker, forgotten at once", forgotten);
  yield { ...drained, anchor: ofPeers("drain"), goal: "drain-peer", comparison: lakhAt("drain") };
  yield { ...drained, anchor: anchorOf(inMemory), goal: "drain-memory" };
  yield { ...lineOf("drain, one worker, kept for 24 h", kept), anchor: ofPeers("drain") };
}

function lineOf(what: string, { perSecond, serverUs, clientUs }: Figures) {
  return {
    what,
    figure: perSecond,
    unit: "jobs/s",
    durability: DURABLE,
    processor: { serverUs, clientUs },
  } as const;
}

function anchorOf(best: PeerFigure | undefined): Anchor | undefined {
  return best && { name: `${best.peer}, ${best.durability}`, figure: best.perSecond };
}

/** Jobs per second, if an echo of the messages that carry them were all there is to do. */
async function echoedJobs(url: string, jobs: number): Promise<number> {
  const spec = { name: "bench", payload: { case: "data", value: PAYLOAD } } as const;
  const message = create(EnqueueStreamRequestSchema, { jobs: Array.from({ length: BATCH }, () => spec) });
  const framed = envelope(toBinary(EnqueueStreamRequestSchema, message));
  return BATCH * (await echoBytes(url, { framed, count: Math.ceil(jobs / BATCH) }));
}
