// What a worker says of itself, from the contract's words to the broker's.
import type { Introduction } from "../broker/session.ts";
import type { Hello } from "../gen/lakh/v1/worker_pb.ts";
import { checkId, checkLabels, checkName, checkRange, checkReservation } from "../job/admission.ts";
import type { JobId, JobName, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { expectNone, invalid } from "./errors.ts";

const VERSION_LENGTH_MAX = 128;

/** Throws INVALID_ARGUMENT naming the field. */
export function readHello(
  hello: Hello,
  newId: () => string,
): Omit<Introduction, "kind" | "stream" | "reservationMs"> {
  const { version, labels, holding, workerId } = hello;
  if (version.length > VERSION_LENGTH_MAX)
    throw invalid("hello.version", `must be at most ${VERSION_LENGTH_MAX} characters`);
  expectNone(checkLabels("hello.labels", labels));
  if (holding.length > LIMITS.capacityMax)
    throw invalid("hello.holding", `must be at most ${LIMITS.capacityMax}`);
  for (const [i, { jobId }] of holding.entries()) expectNone(checkId(`hello.holding[${i}].job_id`, jobId));

  return {
    id: readWorkerId("hello.worker_id", workerId) ?? (newId() as WorkerId),
    names: readNames("hello.names", hello.names),
    capacity: readCapacity("hello.capacity", hello.capacity || 1),
    holding: holding.map(({ jobId, attempt }) => ({ id: jobId as JobId, attempt })),
    version,
    labels: { ...labels },
  };
}

/** Undefined when the worker leaves it to the server. */
export function readWorkerId(field: string, workerId: string): WorkerId | undefined {
  if (workerId === "") return undefined;
  expectNone(checkId(field, workerId));

  return workerId as WorkerId;
}

/** The same name twice is once. */
export function readNames(field: string, names: readonly string[]): JobName[] {
  if (names.length === 0 || names.length > LIMITS.namesMax) {
    throw invalid(field, `must be 1 to ${LIMITS.namesMax} names, is ${names.length}`);
  }
  for (const [i, name] of names.entries()) expectNone(checkName(`${field}[${i}]`, name));

  return [...new Set(names as JobName[])];
}

export function readCapacity(field: string, capacity: number): number {
  expectNone(checkRange(field, capacity, [0, LIMITS.capacityMax]));

  return capacity;
}

/** A reservation shorter than the jobs' own. */
export function readReservation(field: string, reservationMs: number | undefined) {
  expectNone(checkReservation(field, reservationMs));

  return reservationMs === undefined ? {} : { reservationMs };
}
