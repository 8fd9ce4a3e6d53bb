// The parent's side of a load: producers and workers in processes of their own, and their ledgers.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Entry, LedgerReader } from "./ledger.ts";
import type { ClientOrder } from "./server-addresses.ts";

interface Client {
  readonly role: "producers" | "workers";
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly ledger: LedgerReader;
}

export class Load implements AsyncDisposable {
  readonly #clients: readonly Client[];
  /** Everything that any client has written down so far. */
  readonly entries: Entry[] = [];

  /** Two processes of four producers each, two of two workers each; their ledgers are in the directory. */
  constructor(directory: string) {
    this.#clients = [
      start("producers", join(directory, "p1.ledger"), ["p1"]),
      start("producers", join(directory, "p2.ledger"), ["p2"]),
      start("workers", join(directory, "w1.ledger"), ["w1", "2"]),
      start("workers", join(directory, "w2.ledger"), ["w2", "2"]),
    ];
  }

  /** Does what is to be done, unless a client ends that should not have: then it rejects. */
  async during<T>(work: Promise<T>): Promise<T> {
    const ends = this.#clients.map(async ({ role, exit }) => {
      if ((await exit) === 0) await work;
      throw new Error(`${role} ended with ${await exit}`);
    });
    return Promise.race([work, ...ends]);
  }

  /** The server is there now. */
  goTo(url: string): void {
    for (const client of this.#clients) order(client, { url });
  }

  /** Reads what is new in the ledgers. */
  read(): Entry[] {
    const fresh = this.#clients.flatMap(({ ledger }) => ledger.read());
    for (const entry of fresh) this.entries.push(entry);
    return fresh;
  }

  /** Resolves when everything that was to be sent is acknowledged. */
  stopProducers(): Promise<void> {
    return this.#stop("producers");
  }

  stopWorkers(): Promise<void> {
    return this.#stop("workers");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#clients) child.kill("SIGKILL");
    await Promise.all(this.#clients.map(({ exit }) => exit));
  }

  async #stop(role: Client["role"]): Promise<void> {
    const clients = this.#clients.filter((client) => client.role === role);
    for (const client of clients) order(client, { stop: true });
    const codes = await Promise.all(clients.map(({ exit }) => exit));
    if (codes.some((code) => code !== 0)) throw new Error(`${role} ended with ${codes}`);
  }
}

function start(role: Client["role"], ledgerPath: string, args: readonly string[]): Client {
  const entry = fileURLToPath(new URL(`./load-${role}.ts`, import.meta.url));
  const execArgv = ["--disable-warning=ExperimentalWarning"];
  const child = fork(entry, [ledgerPath, ...args], { execArgv });
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return { role, child, exit, ledger: new LedgerReader(ledgerPath) };
}

function order({ child }: Client, said: ClientOrder): void {
  if (child.connected) child.send(said);
}
