// Jobs for the tests of the page: many, fast, in the states that a test needs.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { PermanentError, Worker } from "../../src/client/client.ts";
import type { JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import type { Dashboard } from "./dashboard.ts";

type Spec = MessageInitShape<typeof JobSpecSchema>;

const BATCH_MAX = 1_000;

/** As many of them as asked for, in that order. */
export async function enqueueMany(
  { producer }: Dashboard,
  count: number,
  spec: (i: number) => Spec,
): Promise<void> {
  for (let from = 0; from < count; from += BATCH_MAX) {
    const jobs = Array.from({ length: Math.min(BATCH_MAX, count - from) }, (_, i) => spec(from + i));
    await producer.enqueue({ jobs });
  }
}

/** Dead at once, without a worker: too late as they come. */
export async function enqueueDead(
  dashboard: Dashboard,
  count: number,
  spec: (i: number) => Spec,
): Promise<void> {
  const dead = await deadCount(dashboard);
  await enqueueMany(dashboard, count, (i) => ({ ...spec(i), startBy: timestampFromMs(0) }));
  while ((await deadCount(dashboard)) < dead + count);
}

/** A worker fails those of this name for good, each with the error's message; resolves when so many are dead. */
export async function failForGood(
  dashboard: Dashboard,
  name: string,
  says: { readonly count: number; readonly error: (id: string) => Error },
): Promise<void> {
  const dead = await deadCount(dashboard);
  const fail = ({ id }: { id: string }) => {
    const cause = says.error(id);
    throw Object.assign(new PermanentError(cause.message), { name: cause.name });
  };
  const worker = new Worker({ url: dashboard.server.url, handlers: { [name]: fail }, capacity: 100 });
  const running = worker.run();
  while ((await deadCount(dashboard)) < dead + says.count);
  await worker.close({ graceMs: 0 });
  await running;
}

async function deadCount({ admin }: Dashboard): Promise<number> {
  const { overview } = await admin.getOverview({});
  return Number(overview?.jobs?.dead ?? 0n);
}
