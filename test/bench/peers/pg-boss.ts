// pg-boss on PostgreSQL: fetched and completed 500 at a time, which is how it is fastest.
import { PgBoss } from "pg-boss";
import { openPostgres, POSTGRES_DURABILITY } from "./postgres.ts";
import { type Load, measurePeer, PAYLOAD } from "./rounds.ts";
import { versions } from "./versions.ts";

const QUEUE = "bench";
const FETCHED = 500;
/** Loops that fetch and complete at once: more gives no more. */
const LOOPS = 2;

export async function measurePgBoss(load: Load, directory: string): Promise<void> {
  await using postgres = await openPostgres(directory);
  const boss = new PgBoss({ connectionString: postgres.url, max: 16, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue(QUEUE);
  await measurePeer(
    {
      name: `pg-boss ${versions["pg-boss"]} on PostgreSQL ${postgres.version}`,
      durability: POSTGRES_DURABILITY,
      survives: "a power cut",
      addOne: () => boss.send(QUEUE, PAYLOAD),
      addBulk: (count) => boss.insert(QUEUE, Array(count).fill({ data: PAYLOAD })),
      drain: (jobs) => drain(boss, jobs),
    },
    load,
  );
  await boss.stop({ graceful: false });
}

async function drain(boss: PgBoss, jobs: number): Promise<void> {
  let done = 0;
  const loop = async () => {
    while (done < jobs) {
      const fetched = await boss.fetch(QUEUE, { batchSize: FETCHED });
      if (fetched.length === 0) return;
      await boss.complete(
        QUEUE,
        fetched.map(({ id }) => id),
      );
      done += fetched.length;
    }
  };
  await Promise.all(Array.from({ length: LOOPS }, loop));
}
