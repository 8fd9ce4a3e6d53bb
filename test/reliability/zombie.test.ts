// N3: zombies. A worker is stopped (SIGSTOP) until its reservations are over and another worker has its jobs; then it wakes
// and reports as if nothing had happened.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { AttemptOutcome, type Job, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type Cancellation, CancellationReason, ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import { MUTATIONS, type Mutation } from "../store/mutants.ts";
import { Puppets } from "./puppets.ts";
import { type InProcessServer, openInProcess } from "./server-in-process.ts";
import { type Held, WorkClient } from "./work-client.ts";

const { ACCEPTED, IGNORED } = ReportResult;
/** What the zombie does with each of its jobs, and whether the other worker is done by then. */
const PLANS = [
  ...Array(4).fill({ zombie: "succeed", otherIsDone: false }),
  ...Array(3).fill({ zombie: "succeed", otherIsDone: true }),
  ...Array(3).fill({ zombie: "fail", otherIsDone: false }),
] as readonly { readonly zombie: "succeed" | "fail"; readonly otherIsDone: boolean }[];
const ids = PLANS.map((_, i) => `j${i}`);

/** A worker that takes every job there is and keeps it as long as it likes. */
class Other {
  readonly got = new Map<string, Held>();
  readonly cancellations: Cancellation[] = [];
  readonly #all = Promise.withResolvers<void>();
  readonly client: WorkClient;

  constructor(url: string) {
    const hello = { workerId: "other", names: ["mail"], capacity: ids.length };
    this.client = new WorkClient(url, hello, {
      onJob: (delivery, client) => {
        this.got.set(delivery.jobId, delivery);
        const longer = { reservationTime: durationFromMs(60_000) };
        client.report(delivery, { case: "extend", value: longer }).catch(() => {}); // it shows if it was needed
        if (this.got.size === ids.length) this.#all.resolve();
      },
      onCancelled: (cancellation) => this.cancellations.push(cancellation),
    });
  }

  get all(): Promise<void> {
    return this.#all.promise;
  }

  succeed(id: string): Promise<ReportResult> {
    const held = this.got.get(id);
    if (!held) throw new Error(`the other worker has no ${id}`);
    return this.client.succeed(held);
  }
}

async function enqueueAll({ producer }: InProcessServer): Promise<void> {
  const retry = { backoff: { case: "fixed", value: { delay: durationFromMs(50) } } } as const;
  const reservationTime = durationFromMs(1_000);
  await producer.enqueue({ jobs: ids.map((id) => ({ id, name: "mail", retry, reservationTime })) });
}

async function wakeTheDead(mutation?: Mutation): Promise<void> {
  await using server = await openInProcess({ mutation });
  await using zombies = new Puppets();
  await zombies.join(server.url, { prefix: "zombie", count: 1, name: "mail", capacity: ids.length });
  await enqueueAll(server);
  await zombies.gotAll(ids.length);
  await zombies.pause(); // or it would be given its expired jobs again
  zombies.signal("SIGSTOP");

  const other = new Other(server.url);
  await other.all;
  for (const [i, { otherIsDone }] of PLANS.entries())
    if (otherIsDone) assert.equal(await other.succeed(`j${i}`), ACCEPTED);
  for (const { got, by } of zombies.got) {
    const report = PLANS[ids.indexOf(got.jobId)]?.zombie ?? "fail";
    zombies.order({ report, by, held: got });
  }
  assert.equal(zombies.reported.length, 0, "it is stopped");
  zombies.signal("SIGCONT");
  await zombies.reportedAll(ids.length);

  const results = new Map(zombies.reported.map(({ reported, result }) => [reported.jobId, result]));
  for (const [i, plan] of PLANS.entries())
    await expectOneOutcome(server, { id: `j${i}`, other, results, ...plan });
  other.client.cut();
}

async function expectOneOutcome(
  server: InProcessServer,
  of: { id: string; other: Other; results: Map<string, ReportResult>; zombie: string; otherIsDone: boolean },
): Promise<void> {
  const { id, other, results, zombie, otherIsDone } = of;
  const counts = zombie === "succeed" && !otherIsDone;
  assert.equal(results.get(id), counts ? ACCEPTED : IGNORED, `what the zombie heard of ${id}`);
  if (zombie === "fail") await expectUnmoved(await server.job(id));
  if (!otherIsDone) assert.equal(await other.succeed(id), counts ? IGNORED : ACCEPTED);

  const { state, workerId, failures, losses, attempt } = await server.job(id);
  assert.deepEqual(
    { state, workerId, failures, losses, attempt },
    { state: JobState.SUCCEEDED, workerId: counts ? "zombie0" : "other", failures: 1, losses: 0, attempt: 2 },
  );
  const told = other.cancellations.filter(({ jobId }) => jobId === id);
  const reasons = told.map(({ reason }) => reason);
  assert.deepEqual(reasons, counts ? [CancellationReason.FINISHED_ELSEWHERE] : []);
}

/** The zombie's failure is kept, and changed nothing. */
async function expectUnmoved({ state, attempt, failures, attempts }: Job): Promise<void> {
  assert.deepEqual([state, attempt, failures], [JobState.RESERVED, 2, 1]);
  const history = attempts.map((one) => [one.attempt, one.outcome]);
  const { EXPIRED, LATE_FAILURE } = AttemptOutcome;
  assert.deepEqual(history, [
    [1, EXPIRED],
    [1, LATE_FAILURE],
  ]);
}

describe("a worker that wakes beyond its reservation", { concurrency: true }, () => {
  test("counts when it succeeds first, is ignored when it does not, and its failure moves nothing", () =>
    wakeTheDead());

  const MUTANTS = [
    "a second success replaces the first",
    "success of an older attempt refused",
    "stale failure moves the job",
  ];
  for (const name of MUTANTS) {
    test(`control: ${name} is seen`, async () => {
      assert.ok(MUTATIONS[name]);
      await assert.rejects(wakeTheDead(MUTATIONS[name]), assert.AssertionError);
    });
  }
});
