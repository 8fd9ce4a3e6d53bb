// The server in a process of its own, as `lakh serve` runs it, for tests that kill, stop or measure it. Its one argument
// is a ServerPlan as JSON.
import type { Clock } from "../../src/broker/clock.ts";
import { type Config, readConfig } from "../../src/server/config.ts";
import { retentionOf, type ServerParts, serve } from "../../src/server/server.ts";
import { type OpenOptions, openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { wrapStore } from "../store/mutants.ts";
import { type Mistake, make } from "./server-mistakes.ts";

export interface ServerPlan {
  /** As on the command line. */
  readonly argv: readonly string[];
  readonly mistake?: Mistake;
  /** Waits for the message "go" when everything is loaded. */
  readonly standsBy?: boolean;
}

/** What the parent may say. `fail the disk`: from now on no commit succeeds. */
export type ServerOrder = "go" | "measure" | "fail the disk";

/** What it hears. */
export type ServerNews = { readonly standsBy: true } | ServerMemory;

export interface ServerMemory {
  /** What the operating system has given to the process. It does not shrink much, and counts garbage. */
  readonly rssBytes: number;
  /** What JavaScript holds on to, after a collection of its garbage. */
  readonly liveBytes: number;
}

const plan: ServerPlan = JSON.parse(process.argv[2] ?? "");
const go = Promise.withResolvers<void>();
let diskFails = false;

const orders: Readonly<Record<ServerOrder, () => void>> = {
  go: go.resolve,
  measure: () => tell(measure()),
  "fail the disk": () => {
    diskFails = true;
  },
};

function measure(): ServerMemory {
  for (let i = 0; i < 2; i++) globalThis.gc?.(); // buffers go with the second
  const { rss, heapUsed, external } = process.memoryUsage(); // array buffers are external
  return { rssBytes: rss, liveBytes: heapUsed + external };
}

function tell(news: ServerNews): void {
  process.send?.(news);
}

async function open(config: Config, clock: Clock): Promise<Store> {
  const options: OpenOptions = {
    retention: retentionOf(config),
    chance: () => clock.chance(),
    failpoint: (point) => {
      if (diskFails && point === "before_commit")
        throw Object.assign(new Error("disk I/O error"), { errcode: 10 });
    },
  };
  const store = await openStore(config.store, options);
  return plan.mistake ? wrapStore(store, mutation) : store;
}

process.on("message", (order: ServerOrder) => orders[order]());
process.on("disconnect", () => process.exit(1)); // nobody is left to watch it
process.channel?.unref();
if (plan.standsBy) {
  process.channel?.ref();
  tell({ standsBy: true });
  await go.promise;
  process.channel?.unref();
}
const mutation = make(plan.mistake);
const parts: ServerParts = { openStore: open };
await serve(readConfig({ argv: plan.argv }), parts);
