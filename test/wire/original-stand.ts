// A server with a clock that can be moved on, a client of the original, and somebody who looks: what the tests of the
// original's defects stand on. Chance is always 0, so that backoffs are known.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { OriginalClient } from "./original-client.ts";
import { openProducer, type Producer } from "./producer.ts";
import { ShiftedClock } from "./shifted-clock.ts";
import { openWireServer, type WireServer, type WireServerOptions } from "./wire-server.ts";

export interface OriginalStand extends AsyncDisposable {
  readonly server: WireServer;
  readonly clock: ShiftedClock;
  readonly original: OriginalClient;
  readonly producer: Producer;
}

export async function openStand(options: WireServerOptions = {}): Promise<OriginalStand> {
  const clock = new ShiftedClock(0);
  const server = await openWireServer({ clock, ...options });
  const original = new OriginalClient(server.url);
  const producer = openProducer(server.url);
  return {
    server,
    clock,
    original,
    producer,
    async [Symbol.asyncDispose]() {
      original[Symbol.dispose]();
      producer[Symbol.dispose]();
      await server.stop();
    },
  };
}

/** For how long a scheduled job waits after the attempt that ended last, in seconds. */
export function backoffSeconds({ dueAt, attempts }: Job): number {
  const endedAt = attempts.at(-1)?.endedAt;
  if (!dueAt || !endedAt) throw new Error("the job waits for no further attempt");
  return (timestampMs(dueAt) - timestampMs(endedAt)) / 1_000;
}

/** Fails a job each time it is delivered until it is dead; answers the backoffs in between, in seconds. */
export async function failUntilDead({ original, producer, clock }: OriginalStand): Promise<number[]> {
  const [id, name] = ["doomed", "fail"];
  await original.work(name, [{ id, name, reservationTime: { seconds: 60n } }]);
  const worker = original.join(name);
  const backoffs: number[] = [];
  for (;;) {
    worker.report(await worker.next());
    const job = await producer.untilNot(id, JobState.RESERVED);
    if (job.state === JobState.DEAD) return backoffs;
    backoffs.push(backoffSeconds(job));
    clock.shift((backoffs.at(-1) ?? 0) * 1_000);
  }
}
