// The server under a profiler, in a process of its own: says its URL, then answers what the parent asks over IPC. It
// ends with its parent.
import { Session } from "node:inspector/promises";
import { readConfig } from "../../src/server/config.ts";
import { openServer } from "../../src/server/server.ts";

/** What the parent may ask: how much processor was used so far, or to begin and to end a profile. */
export type Question = "cpu" | "begin" | "end";

/** Microseconds, as `process.cpuUsage` counts them. */
export interface CpuAnswer {
  readonly cpuUs: number;
}

const inspector = new Session();
inspector.connect();
await inspector.post("Profiler.enable");
const server = await openServer(readConfig({ argv: process.argv.slice(2) }));
process.on("message", (question: Question) => answer(question).then((told) => process.send?.(told)));
process.on("disconnect", () => server.stop("now").then(() => process.exit(0)));
process.send?.(server.url);

async function answer(question: Question): Promise<unknown> {
  switch (question) {
    case "cpu": {
      const { user, system } = process.cpuUsage();
      return { cpuUs: user + system } satisfies CpuAnswer;
    }
    case "begin":
      return inspector.post("Profiler.start");
    case "end":
      return (await inspector.post("Profiler.stop")).profile;
  }
}
