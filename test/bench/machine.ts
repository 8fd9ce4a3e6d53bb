// What a run was measured on. A figure without it says nothing, and a durable one nothing without the disk.
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import ours from "../../package.json" with { type: "json" };
import { median } from "./line.ts";

export interface Machine {
  readonly lakh: string;
  readonly node: string;
  readonly sqlite: string;
  readonly processor: string;
  readonly memory: string;
  readonly system: string;
  /** Of a directory on the same disk as the stores. */
  readonly disk: string;
  readonly takenAt: string;
}

/** Looks, and writes some 4 KiB blocks to the directory to see how long the disk takes to sync one. */
export function describeMachine(directory = tmpdir()): Machine {
  const [first] = cpus();
  return {
    lakh: ours.version,
    node: process.version,
    sqlite: process.versions.sqlite ?? "unknown",
    processor: `${first?.model.trim() ?? "unknown"}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()}${distribution()}`,
    disk: `fdatasync of 4 KiB takes ${syncMs(directory).toFixed(2)} ms (median)`,
    takenAt: new Date().toISOString(),
  };
}

function distribution(): string {
  try {
    const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    return name ? `, ${name}` : "";
  } catch {
    return "";
  }
}

const SYNCS = 50;

function syncMs(directory: string): number {
  const file = openSync(join(directory, "sync-probe"), "w");
  const block = Buffer.alloc(4_096, "x");
  const tookMs = Array.from({ length: SYNCS }, () => {
    const startedAt = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - startedAt;
  });
  closeSync(file);
  return median(tookMs);
}
