// BullMQ on Redis: with an append-only file that is synced at each write, and with one that is synced each second.
import { Queue, Worker } from "bullmq";
import { startProgram, versionOf } from "./programs.ts";
import { freePort, type Load, measurePeer, PAYLOAD } from "./rounds.ts";
import { versions } from "./versions.ts";

const SETTINGS = [
  { sync: "always", survives: "a power cut" },
  { sync: "everysec", survives: "kill -9" },
] as const;
/** Jobs that the worker handles at once: more gives no more. */
const CONCURRENCY = 100;
const FORGET = { removeOnComplete: true };

export async function measureBullmq(load: Load, directory: string): Promise<void> {
  const redis = versionOf("redis-server", "--version", "redis-server");
  for (const { sync, survives } of SETTINGS) {
    const port = await freePort();
    const log = ["--appendonly", "yes", "--appendfsync", sync, "--save", "", "--appenddirname", sync];
    const args = ["--bind", "127.0.0.1", "--port", `${port}`, "--dir", directory, ...log];
    await using program = await startProgram("redis-server", args, port);
    const connection = { host: "127.0.0.1", port: program.port };
    const queue = new Queue("bench", { connection });
    const name = `BullMQ ${versions.bullmq} on Redis ${redis}`;
    await measurePeer(
      {
        name,
        durability: `appendfsync ${sync}`,
        survives,
        addOne: () => queue.add("bench", PAYLOAD, FORGET),
        addBulk: (count) => queue.addBulk(Array(count).fill({ name: "bench", data: PAYLOAD, opts: FORGET })),
        drain: (jobs) => drain(connection, jobs),
      },
      load,
    );
    await queue.close();
  }
}

async function drain(connection: { host: string; port: number }, jobs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = 0;
  const worker = new Worker("bench", async () => {}, {
    connection,
    concurrency: CONCURRENCY,
    ...{ autorun: false },
  });
  worker.on("completed", () => {
    if (++done >= jobs) resolve();
  });
  const running = worker.run();
  await promise;
  await worker.close();
  await running;
}
