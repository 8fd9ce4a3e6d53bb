// What the process knows of itself and of the machine, for GetSystem.
import { statfs } from "node:fs/promises";
import type { SystemFacts } from "../rpc/system.ts";
import type { Config } from "./config.ts";
import type { Vitals } from "./vitals.ts";

export interface FactSources {
  readonly config: Pick<Config, "store" | "settings">;
  readonly vitals: Vitals;
  readonly startedAt: number;
  /** Those of the port. */
  readonly connections: () => number;
  readonly storeBytes: () => Promise<number>;
}

export function buildSystemFacts({
  config,
  vitals,
  startedAt,
  connections,
  storeBytes,
}: FactSources): SystemFacts {
  return {
    runtime: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    startedAt,
    store: config.store,
    settings: config.settings,
    memory() {
      const { rss, heapUsed } = process.memoryUsage();
      return { rssBytes: rss, heapBytes: heapUsed };
    },
    loopDelay: () => vitals.loopDelay(),
    processorShare: () => vitals.processorShare(),
    commits: () => vitals.commits(),
    connections,
    storeBytes,
    disk: () => lookAtDisk(config.store),
  };
}

async function lookAtDisk(store: string): ReturnType<SystemFacts["disk"]> {
  if (!store.startsWith("sqlite:")) return undefined;

  try {
    const { bavail, blocks, bsize } = await statfs(store.slice("sqlite:".length));
    return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
  } catch {
    // Not every file system can say; then it is not known, which is an answer.
    return undefined;
  }
}
