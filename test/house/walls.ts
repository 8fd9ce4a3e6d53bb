// The walls between the rooms of src, as docs/architecture.md draws them, and a way to run into each of them: files full
// of imports and calls, laid out like src in a directory of their own, and linted with our own rules.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";

/** A room, or a file with doors of its own, and all that it may import. */
export interface Room {
  /** Where the probe stands. */
  readonly file: string;
  readonly doors: readonly string[];
  /** Is told what time it is, and may not ask. */
  readonly isTold?: true;
}

const RULES = ["src/job/job.ts"];
const CONTRACT = [
  "src/store/store.ts",
  "src/store/search.ts",
  "src/store/history.ts",
  "src/store/operation.ts",
];
const BROKER = ["src/broker/broker.ts", "src/broker/clock.ts"];
const GEN = "src/gen/lakh/v1/job_pb.ts";
const CONNECT = ["@connectrpc/connect", "@connectrpc/connect/protocol"];
const PROTOBUF = ["@bufbuild/protobuf", "@bufbuild/protobuf/wkt"];
const FILES = ["node:fs", "node:path", "node:sqlite", "node:zlib"];
const NODE = [...FILES, "node:crypto", "node:fs/promises", "node:perf_hooks", "node:timers/promises"];
const SERVER = ["src/server/server.ts", "src/server/config.ts"];
const DRAWING = [
  ...["@connectrpc/connect", "@connectrpc/connect/protocol", "@connectrpc/connect-web"],
  ...[
    "@connectrpc/connect-query",
    "@tanstack/react-query",
    "react",
    "react-dom/client",
    "uplot",
    ...PROTOBUF,
  ],
];
const CLIENT = ["src/client/client.ts", "src/client/filter.ts"];

export const ROOMS: Readonly<Record<string, Room>> = {
  job: { file: "src/job/probe.ts", doors: RULES, isTold: true },
  store: { file: "src/store/probe.ts", doors: [...RULES, ...CONTRACT, "src/store/open.ts"], isTold: true },
  "store/open.ts": {
    file: "src/store/open.ts",
    doors: [...RULES, ...CONTRACT, "src/store/open.ts", "src/store/sqlite/sqlite-store.ts"],
    isTold: true,
  },
  "store/sqlite": {
    file: "src/store/sqlite/probe.ts",
    doors: [...RULES, ...CONTRACT, "src/store/sqlite/sqlite-store.ts", ...FILES],
    isTold: true,
  },
  broker: { file: "src/broker/probe.ts", doors: [...RULES, ...CONTRACT, ...BROKER], isTold: true },
  "broker/clock.ts": { file: "src/broker/clock.ts", doors: [...BROKER, "node:crypto"] },
  rpc: {
    file: "src/rpc/probe.ts",
    doors: [...RULES, ...CONTRACT, ...BROKER, "src/rpc/services.ts", GEN, ...CONNECT, ...PROTOBUF],
    isTold: true,
  },
  server: {
    file: "src/server/probe.ts",
    doors: [
      ...[...RULES, ...CONTRACT, "src/store/open.ts", ...BROKER, "src/rpc/services.ts", ...SERVER, GEN],
      ...["package.json", ...NODE, ...CONNECT, "@connectrpc/connect-node", ...PROTOBUF],
      ...["fastify", "pino", "pino-pretty", "smol-toml"],
    ],
  },
  client: {
    file: "src/client/probe.ts",
    doors: [...CLIENT, GEN, ...NODE, ...CONNECT, "@connectrpc/connect-node", ...PROTOBUF],
  },
  cli: { file: "src/cli/probe.ts", doors: [...CLIENT, ...SERVER, "src/cli/lakh.ts", ...NODE] },
  web: {
    file: "web/probe.ts",
    doors: ["web/page.ts", "web/parts/part.ts", GEN, "src/client/filter.ts", ...DRAWING],
  },
  "web/parts": {
    file: "web/parts/probe.ts",
    doors: ["web/page.ts", "web/parts/part.ts", GEN, "src/client/filter.ts", ...DRAWING],
  },
  "web/build.ts": { file: "web/build.ts", doors: ["vite", ...NODE] },
};

/** Everything that some room must not import, and so every probe tries. */
export const TARGETS: readonly string[] = [
  ...new Set([
    ...Object.values(ROOMS).flatMap(({ doors }) => doors),
    ...["src/store/postgres/postgres-store.ts", "test/house/walls.ts"],
    ...["node:process", "fs", "left-pad"],
  ]),
];

/** What only src/server/config.ts may do. */
export const READS_ENVIRONMENT = "process.env.LAKH_PORT;";
/** What only src/broker/clock.ts may do, where time is told. */
export const ASKS_TIME_OR_CHANCE: readonly string[] = [
  "Date.now();",
  "new Date();",
  "performance.now();",
  "process.hrtime.bigint();",
  "process.uptime();",
  "Math.random();",
  "crypto.randomUUID();",
  "setTimeout(() => {}, 1);",
  "setInterval(() => {}, 1);",
  "AbortSignal.timeout(1);",
  "globalThis.setTimeout(() => {}, 1);",
];

/** All the ways in which a file can name another. */
export function formsOfImport(path: string): readonly string[] {
  return [
    `import "${path}";`,
    `import { one } from "${path}";`,
    `import * as two from "${path}";`,
    `import type { Three } from "${path}";`,
    `export * from "${path}";`,
    `export { four } from "${path}";`,
    `export type { Five } from "${path}";`,
    `await import("${path}");`,
  ];
}

/** How a file writes that it imports the target. */
export function importPath(file: string, target: string): string {
  if (!/^(src|web|test)\/|^package\.json$/.test(target)) return target;

  const path = posix.relative(posix.dirname(file), target);
  return path.startsWith(".") ? path : `./${path}`;
}

const WALL_RULES = new Set([
  "lint/style/noRestrictedImports",
  "lint/style/noRestrictedGlobals",
  "lint/style/noProcessEnv",
  "lint/nursery/noJsRestrictedProperties",
]);

/** One line that the rules refused. */
export interface Hit {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

const BIOME = new URL("../../node_modules/@biomejs/biome/bin/biome", import.meta.url).pathname;

/** Lints the directory, and answers where it ran into a wall. */
export async function findHits(directory: string, paths: readonly string[]): Promise<Hit[]> {
  const args = [BIOME, "lint", "--reporter=json", "--max-diagnostics=none", ...paths];
  const out = await new Promise<string>((resolve) => {
    // Its exit code is 1 when there is something to say, and that is what we are here for.
    execFile(process.execPath, args, { cwd: directory, maxBuffer: 64 << 20 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { diagnostics } = JSON.parse(out) as {
    diagnostics: { category: string; message: string; location: { path: string; start: { line: number } } }[];
  };
  return diagnostics
    .filter(({ category }) => WALL_RULES.has(category))
    .map(({ location: { path, start }, message }) => ({ path, line: start.line, message }));
}

/** Lints the statements of each file by these rules; answers, for each file, those that were let through. */
export async function letThrough(
  rules: string,
  files: Readonly<Record<string, readonly string[]>>,
): Promise<Map<string, string[]>> {
  const directory = await mkdtemp(join(tmpdir(), "lakh-walls-"));
  try {
    await writeFile(join(directory, "biome.json"), rules);
    for (const [path, statements] of Object.entries(files)) {
      await mkdir(join(directory, dirname(path)), { recursive: true });
      await writeFile(join(directory, path), statements.join("\n"));
    }
    const hits = await findHits(directory, ["."]);
    const refused = new Set(hits.map(({ path, line }) => `${path}:${line}`));
    return new Map(
      Object.entries(files).map(([path, statements]) => [
        path,
        statements.filter((_, i) => !refused.has(`${path}:${i + 1}`)),
      ]),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}
