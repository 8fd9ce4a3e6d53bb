// graphile-worker on PostgreSQL, with its local queue, which is how it is fastest.
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { openPostgres, POSTGRES_DURABILITY } from "./postgres.ts";
import { type Load, measurePeer, PAYLOAD } from "./rounds.ts";
import { versions } from "./versions.ts";

const silent = new Logger(() => () => {});
/** As its documentation of performance has it: jobs are fetched and completed many at a time. */
const BATCHES = {
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
  concurrentJobs: 24,
};

export async function measureGraphileWorker(load: Load, directory: string): Promise<void> {
  await using postgres = await openPostgres(directory);
  const connectionString = postgres.url;
  const producer = await makeWorkerUtils({ connectionString, logger: silent, maxPoolSize: 16 } as never);
  await producer.migrate();
  await measurePeer(
    {
      name: `graphile-worker ${versions["graphile-worker"]} on PostgreSQL ${postgres.version}`,
      durability: POSTGRES_DURABILITY,
      survives: "a power cut",
      addOne: () => producer.addJob("bench", PAYLOAD),
      addBulk: (count) => producer.addJobs(Array(count).fill({ identifier: "bench", payload: PAYLOAD })),
      drain: (jobs) => drain(connectionString, jobs),
    },
    load,
  );
  await producer.release();
}

async function drain(connectionString: string, jobs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = 0;
  const preset = { worker: { connectionString, logger: silent, ...BATCHES } };
  const taskList = { bench: () => void (++done >= jobs && resolve()) };
  const runner = await run({ preset, taskList, noHandleSignals: true });
  await promise;
  await runner.stop();
}
