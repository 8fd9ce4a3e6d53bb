// Cycles of load and kill -9: a server takes the place of the one before, clients work with it, and at a moment left to
// chance it is killed. What each kill left is looked at in a copy.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { RETENTION } from "../store/new-jobs.ts";
import { absentOf, statesOf } from "./checker.ts";
import type { Entry } from "./ledger.ts";
import type { Load } from "./load.ts";
import type { Mistake } from "./server-mistakes.ts";
import { argvOf, ServerProcess } from "./server-process.ts";

/** No load, no evidence: so many enqueues must have been acknowledged in the second before a kill that counts. */
export const ACKS_MIN = 500;

export interface Cycle {
  /** Acknowledged in the second before the kill. */
  readonly acks: number;
  /** How many jobs were reserved at the kill. */
  readonly reserved: number;
  /** Acknowledged in this cycle, and absent after the kill. */
  readonly absent: number;
  /** From the order to take over until it listened. */
  readonly readyMs: number;
}

export interface CyclePlan {
  readonly directory: string;
  readonly load: Load;
  /** Draws from [0, 1). */
  readonly chance: () => number;
  readonly mistake?: Mistake;
}

/** Servers one after the other on the same data; the next one is loaded while the one before works. */
export class KillCycles implements AsyncDisposable {
  readonly #plan: CyclePlan;
  readonly #data: string;
  #next: ServerProcess;
  #server: ServerProcess | undefined;
  /** What servers have logged as errors. */
  readonly errors: string[] = [];

  constructor(plan: CyclePlan) {
    this.#plan = plan;
    this.#data = join(plan.directory, "data");
    this.#next = this.#prepare();
  }

  /** The next server takes over. */
  async takeOver(): Promise<{ server: ServerProcess; readyMs: number }> {
    const server = this.#next;
    await server.standsBy();
    const startedAt = performance.now();
    server.order("go");
    const url = await server.url;
    const readyMs = performance.now() - startedAt;
    this.#server = server;
    this.#next = this.#prepare();
    this.#plan.load.goTo(url);
    return { server, readyMs };
  }

  /** One server's life. */
  async run(): Promise<Cycle> {
    const { load, chance } = this.#plan;
    const { server, readyMs } = await this.takeOver();
    await load.during(pause(1_100 + 400 * chance()));
    const killedAt = Date.now();
    await server.kill("SIGKILL");
    this.#collect(server);
    const fresh = load.read();
    const acks = fresh.filter(
      ({ word, at }) => word === "ack" && at > killedAt - 1_000 && at <= killedAt,
    ).length;
    return { acks, readyMs, ...(await this.#look(fresh)) };
  }

  /** Ends the last server as SIGTERM does. */
  async stop(): Promise<number | null> {
    const exit = await this.#server?.kill("SIGTERM");
    if (this.#server) this.#collect(this.#server);
    return exit?.code ?? null;
  }

  /** The data, when no server has it open. */
  openData(): Promise<Store> {
    return openStore(`sqlite:${this.#data}`, { retention: RETENTION, chance: () => 0.5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#next.kill("SIGKILL"), this.#server?.kill("SIGKILL")]);
  }

  #prepare(): ServerProcess {
    const { mistake } = this.#plan;
    const argv = argvOf(this.#data, "--disconnect-grace", "10s");
    return new ServerProcess({ argv, standsBy: true, ...(mistake && { mistake }) });
  }

  #collect({ log }: ServerProcess): void {
    this.errors.push(...log.split("\n").filter((line) => /"level":[56]0/.test(line)));
  }

  async #look(fresh: readonly Entry[]): Promise<{ reserved: number; absent: number }> {
    const copy = join(this.#plan.directory, "copy");
    cpSync(this.#data, copy, { recursive: true });
    const store = await openStore(`sqlite:${copy}`, { retention: RETENTION, chance: () => 0.5 });
    const { reserved = 0 } = await statesOf(store);
    const absent = (await absentOf(fresh, store)).length;
    await store.close();
    rmSync(copy, { recursive: true });
    return { reserved, absent };
  }
}
