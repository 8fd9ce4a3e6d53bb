// A broker with many names and many workers, in this process, its store in memory: what the rooms `broker` and `store` cost
// for each job, with nothing of the wire. Measured in processor time, which hardly knows who else is on the machine.
import type { Broker } from "../../src/broker/broker.ts";
import type { Session } from "../../src/broker/session.ts";
import { isViolation } from "../../src/job/admission.ts";
import type { JobName, WorkerId } from "../../src/job/job.ts";
import type { Mutation } from "../store/mutants.ts";
import { json } from "../store/new-jobs.ts";
import { openBroker } from "./broker-alone.ts";

const BATCH = 500;

export interface Crew {
  readonly names: number;
  readonly workers: number;
  /** Names that each worker offers; all, if it is not said. */
  readonly offers?: number;
  /** How many names further on the next worker's begin. Default 1. */
  readonly apart?: number;
  /** Of each worker. */
  readonly capacity: number;
  /** Ready before anybody comes, spread evenly over the names. */
  readonly jobs: number;
  readonly mutation?: Mutation;
}

export interface Worked {
  /** Processor time of this process for each job, from the first delivery to the last report. */
  readonly microsPerJob: number;
  /** How many jobs each worker was given. */
  readonly given: readonly number[];
}

/** All jobs are done by workers that report at once on what each message brought. */
export async function workOff(crew: Crew): Promise<Worked> {
  await using opened = await openBroker(crew);
  const { broker } = opened;
  await enqueueEvenly(broker, crew);
  const given: number[] = Array(crew.workers).fill(0);
  const all = Promise.withResolvers<void>();
  let done = 0;
  const sessions: Session[] = [];
  for (let worker = 0; worker < crew.workers; worker++) {
    const names = offerOf(crew, worker);
    const id = `w${worker}` as WorkerId;
    const { session } = await broker.join({ id, names, capacity: 0, stream: true, holding: [] });
    const act = async () => {
      for (let parcel = session.take(); parcel; parcel = session.take()) {
        const { deliveries } = parcel;
        given[worker] = (given[worker] ?? 0) + deliveries.length;
        await broker.sent(session, deliveries);
        await broker.report(
          id,
          deliveries.map(({ job }) => ({
            id: job.id,
            move: { move: "succeed", by: id, attempt: job.attempt },
          })),
        );
        done += deliveries.length;
        if (done === crew.jobs) all.resolve();
      }
    };
    session.onNews = () => void act();
    sessions.push(session);
  }
  const before = process.cpuUsage();
  for (const session of sessions) broker.setCapacity(session, crew.capacity);
  await all.promise;
  const { user, system } = process.cpuUsage(before);
  for (const session of sessions) await broker.leave(session, "goodbye");
  return { microsPerJob: (user + system) / crew.jobs, given };
}

function nameOf(i: number): JobName {
  return `name.${i}` as JobName;
}

function offerOf({ names, offers = names, apart = 1 }: Crew, worker: number): JobName[] {
  return Array.from({ length: Math.min(offers, names) }, (_, i) => nameOf((worker * apart + i) % names));
}

async function enqueueEvenly(broker: Broker, { names, jobs }: Crew): Promise<void> {
  const payload = json("{}");
  for (let from = 0; from < jobs; from += BATCH) {
    const drafts = Array.from({ length: Math.min(BATCH, jobs - from) }, (_, i) => ({
      name: nameOf((from + i) % names),
      payload,
    }));
    const admitted = broker.admitAll(drafts);
    if (isViolation(admitted)) throw new Error(admitted.bound);
    await broker.enqueue(admitted);
  }
}
