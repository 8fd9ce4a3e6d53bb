// What was wrong with the original, one test for each: rules of a job's life. Its delivery has a file of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { JobStatus } from "../../src/gen/lakh/lakh_pb.ts";
import { AttemptOutcome, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { reservedFor } from "./original-client.ts";
import { backoffSeconds, failUntilDead, openStand } from "./original-stand.ts";
import { openDirectory } from "./wire-server.ts";

const HOUR = 3_600;
const DAY_MS = 24 * HOUR * 1_000;

test("there backoff is XOR in eight bits; here it is a power, whatever the number of failures", async () => {
  await using stand = await openStand();
  const backoffs = await failUntilDead(stand);
  assert.deepEqual(
    backoffs,
    Array.from({ length: 30 }, (_, n) => n ** 4 + 15),
  );
});

test("there 30 retries are 30 deliveries in all; here they come after the first", async () => {
  await using stand = await openStand();
  await failUntilDead(stand);
  const { attempt, failures } = await stand.producer.job("doomed");
  assert.deepEqual([attempt, failures], [31, 31]);
});

test("there an expired reservation repeats the job's first timing; here it counts as a failure, with backoff", async () => {
  await using stand = await openStand();
  const { original, producer, clock } = stand;
  const executionTime = { case: "delayed", value: durationFromMs(HOUR * 1_000) } as const;
  await original.work("add", [
    { id: "immediate", name: "add", ...reservedFor(1) },
    { id: "delayed", name: "add", executionTime, ...reservedFor(1) },
  ]);
  const worker = original.join("add");
  assert.equal((await worker.next()).id, "immediate");
  clock.shift(1_000);
  assert.equal(backoffSeconds(await producer.until("immediate", JobState.SCHEDULED)), 15);
  clock.shift(HOUR * 1_000);
  await worker.nextAll(2);
  clock.shift(1_000);
  assert.equal(backoffSeconds(await producer.until("delayed", JobState.SCHEDULED)), 15);
});

test("there a run time in the past loses the job, and so does a scheduled job's expired reservation; here neither", async () => {
  await using stand = await openStand();
  const { original, producer, clock } = stand;
  const at = (ms: number) => ({ executionTime: { case: "scheduled", value: timestampFromMs(ms) } as const });
  const worker = original.join("add");
  await worker.joined();
  await original.work("add", [
    { id: "past", name: "add", ...at(clock.now() - HOUR * 1_000), ...reservedFor(60) },
  ]);
  assert.equal((await worker.next()).id, "past");

  await original.work("add", [{ id: "soon", name: "add", ...at(clock.now() + 5_000), ...reservedFor(1) }]);
  clock.shift(5_000);
  assert.equal((await worker.next()).id, "soon");
  clock.shift(1_000);
  await producer.until("soon", JobState.SCHEDULED);
  clock.shift(15_000);
  assert.equal((await worker.next()).id, "soon");
});

test("there a success during a delay is swallowed, and later ones with it; here the first report wins", async () => {
  await using stand = await openStand();
  const { original, producer, clock } = stand;
  await original.work("add", [{ id: "late", name: "add", ...reservedFor(1) }]);
  const worker = original.join("add");
  const job = await worker.next();
  clock.shift(1_000);
  await producer.until("late", JobState.SCHEDULED);
  worker.report(job, JobStatus.SUCCEEDED);
  const { failures } = await producer.until("late", JobState.SUCCEEDED);
  assert.equal(failures, 1);
});

test("there a late failure of attempt 1 fails attempt 2; here it is kept as late and moves nothing", async () => {
  await using stand = await openStand();
  const { original, producer, clock } = stand;
  const joined = async (own: string) => {
    const worker = original.join(`add;${own}`);
    await original.work(own, [{ name: own }]);
    await worker.next();
    return worker;
  };
  const slow = await joined("slow");
  const quick = await joined("quick"); // whose turn comes second
  await original.work("add", [{ id: "job", name: "add", ...reservedFor(HOUR) }]);
  const first = await slow.next();
  clock.shift(HOUR * 1_000);
  await producer.until("job", JobState.SCHEDULED);
  clock.shift(15_000);
  const second = await quick.next();
  slow.report(first, JobStatus.FAILED);
  slow.report(first, 7 as JobStatus); // refused with a line in the log, once the failure before it is dealt with
  await stand.server.logged({ job: "job", status: 7 });
  const { state, attempt, failures } = await producer.job("job");
  assert.deepEqual([state, attempt, failures], [JobState.RESERVED, 2, 1]);
  quick.report(second, JobStatus.SUCCEEDED);
  const { attempts } = await producer.until("job", JobState.SUCCEEDED);
  const outcomes = attempts.map(({ outcome }) => outcome);
  assert.deepEqual(outcomes, [AttemptOutcome.EXPIRED, AttemptOutcome.LATE_FAILURE]);
});

test("there an unknown status ends its name until the next start; here it is refused alone", async () => {
  await using stand = await openStand();
  const { original, producer } = stand;
  const jobs = ["a", "b"].map((id) => ({ id, name: "add", ...reservedFor(60) }));
  await original.work("add", jobs);
  const worker = original.join("add");
  const [a, b] = await worker.nextAll(2);
  assert.ok(a && b);
  worker.report(a, 99 as JobStatus);
  await stand.server.logged({ job: "a", status: 99 });
  worker.report(b, JobStatus.SUCCEEDED);
  await producer.until("b", JobState.SUCCEEDED);
  await original.work("add", [{ id: "c", name: "add" }]);
  assert.equal((await worker.next()).id, "c");
  assert.deepEqual((await original.getDeadJobs()).jobs, []);
});

test("there jobs with one id, or none, share a report; here an id is checked, or made", async () => {
  await using stand = await openStand();
  const { original, producer } = stand;
  const twin = (args: string[]) => ({ id: "twin", name: "add", args, ...reservedFor(60) });
  const nameless = { name: "add", args: ["none"], ...reservedFor(60) };
  await original.work("add", [twin(["first"]), twin(["second"]), nameless, nameless]);
  const worker = original.join("add");
  const jobs = await worker.nextAll(3);
  assert.deepEqual(jobs.map(({ args }) => args[0]).sort(), ["first", "none", "none"]);
  assert.equal(new Set(jobs.map(({ id }) => id)).size, 3);
  for (const job of jobs) worker.report(job, JobStatus.SUCCEEDED);
  for (const { id } of jobs) await producer.until(id, JobState.SUCCEEDED);
  await assert.rejects(original.work("add", [{ id: "a b", name: "add" }]), {
    code: 3,
    details: /id: must be/,
  });
});

test("there everything is in memory; here a restart changes nothing, and retention ends what is finished", async () => {
  await using directory = await openDirectory();
  const { store } = directory;
  const job = { id: "kept", name: "add", args: ["1"], ...reservedFor(60) };
  {
    await using before = await openStand({ store });
    await before.original.work("add", [job]);
  }
  await using after = await openStand({ store, argv: ["--max-retries", "0"] });
  const worker = after.original.join("add;once");
  assert.deepEqual((await worker.next()).args, ["1"]);

  await after.original.work("once", [{ ...job, id: "dead", name: "once" }]);
  worker.report(await worker.next(), JobStatus.FAILED);
  await after.producer.until("dead", JobState.DEAD);
  after.clock.shift(180 * DAY_MS - 60_000);
  assert.equal((await after.original.getDeadJobs()).jobs.length, 1);
  after.clock.shift(61_000);
  const untilGone = async () => {
    for (let look = 0; look < 1_000; look++) await after.producer.job("dead");
  };
  await assert.rejects(untilGone(), /There is no job with this id/);
});

test("there reservations are whole seconds and wrap when negative; here they are milliseconds with bounds", async () => {
  await using stand = await openStand();
  const { original, producer } = stand;
  const reserved = (id: string, seconds: number) => ({ id, name: "add", ...reservedFor(seconds) });
  await original.work("add", [reserved("fraction", 1.5), reserved("half", 0.5)]);
  const ofJob = async (id: string) => (await producer.job(id)).reservationTime;
  assert.deepEqual(await ofJob("fraction"), durationFromMs(1_500));
  assert.deepEqual(await ofJob("half"), durationFromMs(1_000)); // not 0, which is fire and forget
  for (const seconds of [-1, 24 * HOUR + 1]) {
    const refused = original.work("add", [reserved("bad", seconds)]);
    await assert.rejects(refused, { code: 3, details: /reservation_time: must be .* 1 s to 24 h/ });
  }
});
