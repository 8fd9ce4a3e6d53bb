// The parent's side of a server in a process of its own.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ServerMemory, ServerNews, ServerOrder, ServerPlan } from "./server-entry.ts";

const ENTRY = fileURLToPath(new URL("./server-entry.ts", import.meta.url));
const LISTENS = /listens on ([^ ,]+)/;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class ServerProcess implements AsyncDisposable {
  /** Resolves with the URL when it listens; rejects with what it said when it ends before. */
  readonly url: Promise<string>;
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #standsBy: Promise<unknown>;
  #said = "";

  constructor(plan: ServerPlan) {
    const execArgv = ["--disable-warning=ExperimentalWarning", "--expose-gc"];
    const stdio = ["ignore", "ignore", "pipe", "ipc"] as const;
    this.#child = fork(ENTRY, [JSON.stringify(plan)], { execArgv, stdio: [...stdio] });
    this.#standsBy = plan.standsBy ? once(this.#child, "message") : Promise.resolve();
    this.exit = once(this.#child, "exit").then(([code, signal]) => ({ code, signal }));
    this.url = this.#listening();
    this.url.catch(() => {}); // whoever waits for it hears of it
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Everything that it wrote to its log. */
  get log(): string {
    return this.#said;
  }

  /** Resolves when a server that stands by has loaded everything. */
  async standsBy(): Promise<void> {
    await Promise.race([this.#standsBy, this.exit]);
  }

  order(order: ServerOrder): void {
    this.#child.send(order);
  }

  kill(signal: NodeJS.Signals): Promise<Exit> {
    this.#child.kill(signal);
    return this.exit;
  }

  async memory(): Promise<ServerMemory> {
    const answer = once(this.#child, "message") as Promise<[ServerNews]>;
    this.order("measure");
    const [news] = await answer;
    if (!("liveBytes" in news)) throw new Error("the server said something else");
    return news;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill("SIGKILL");
  }

  #listening(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#child.stderr?.on("data", (bytes) => {
        this.#said += bytes;
        const [, address] = LISTENS.exec(this.#said) ?? [];
        if (address) resolve(`http://${address}`);
      });
      this.#child.on("close", () => reject(new Error(`the server ended before it listened:\n${this.#said}`)));
    });
  }
}

/** Flags of a server on a port of its own, its data in the directory. */
export function argvOf(directory: string, ...more: string[]): string[] {
  return ["--listen", "127.0.0.1:0", "--store", directory, ...more];
}

/** Resolves when it listens. */
export async function startServer(plan: ServerPlan): Promise<ServerProcess & { readonly listensAt: string }> {
  const server = new ServerProcess(plan);
  try {
    return Object.assign(server, { listensAt: await server.url });
  } catch (error) {
    await server.kill("SIGKILL");
    throw error;
  }
}
