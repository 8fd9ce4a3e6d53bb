// What every group of a run has at hand: how large the run is, a directory for its stores, and servers to measure.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, startChild } from "./processes.ts";

/** How large a run is. Spans are milliseconds. */
export interface Scale {
  /** One measurement of many that take turns. */
  readonly roundMs: number;
  readonly rounds: number;
  /** Of longer ones. */
  readonly turns: number;
  /** Before the first of them: what runs then measures V8's compiler. */
  readonly warmUpMs: number;
  /** Of one measurement of a stream. */
  readonly jobs: number;
  readonly latencySeconds: number;
  /** How many jobs wait where few wait. */
  readonly few: number;
  /** How many jobs wait where many wait. */
  readonly waiting: number;
  /** Names, and workers, where there are many. */
  readonly workers: number;
  /** How many scheduled jobs become due, and within how many milliseconds. */
  readonly due: number;
  readonly dueMs: number;
  readonly idleStreams: number;
  readonly idleMs: number;
  /** Calls of each rpc of the dashboard. */
  readonly pageCalls: number;
  /** How long each peer is given for each load. */
  readonly peerMs: number;
}

const usual: Scale = {
  roundMs: 400,
  rounds: 5,
  turns: 3,
  warmUpMs: 1_000,
  jobs: 100_000,
  latencySeconds: 10,
  few: 10_000,
  waiting: 1_000_000,
  workers: 1_000,
  due: 200_000,
  dueMs: 12_000,
  idleStreams: 10_000,
  idleMs: 20_000,
  pageCalls: 100,
  peerMs: 3_000,
};

export const SCALES = {
  usual,
  /** That of the goals. */
  full: { ...usual, waiting: 10_000_000, due: 1_000_000, dueMs: 60_000 },
  /** To see that everything works; its figures say nothing. */
  quick: {
    roundMs: 30,
    rounds: 1,
    turns: 1,
    warmUpMs: 30,
    jobs: 1_000,
    latencySeconds: 0.2,
    few: 500,
    waiting: 2_000,
    workers: 5,
    due: 200,
    dueMs: 200,
    idleStreams: 20,
    idleMs: 200,
    pageCalls: 3,
    peerMs: 200,
  },
} as const satisfies Record<string, Scale>;

export class Stand implements AsyncDisposable {
  readonly scale: Scale;
  readonly #directory: string;
  /** Says what is being measured, to whoever waits. */
  readonly progress: (what: string) => void;
  #stores = 0;

  private constructor(scale: Scale, directory: string, progress: (what: string) => void) {
    this.scale = scale;
    this.#directory = directory;
    this.progress = progress;
  }

  static async open(scale: Scale, progress: (what: string) => void): Promise<Stand> {
    return new Stand(scale, await mkdtemp(join(tmpdir(), "lakh-bench-")), progress);
  }

  newStore(): string {
    return join(this.#directory, `store-${++this.#stores}`);
  }

  /** A server in a process of its own, with a store of its own unless `--store` is among the settings. */
  startLakh(settings: readonly string[] = [], nodeFlags: readonly string[] = []): Promise<Child> {
    const store = settings.includes("--store") ? [] : ["--store", this.newStore()];
    const args = ["--listen", "127.0.0.1:0", "--log-level", "error", ...store, ...settings];
    return startChild("server-process.ts", args, nodeFlags);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true });
  }
}
