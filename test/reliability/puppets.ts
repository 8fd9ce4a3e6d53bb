// The strings of workers in a process of their own.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PuppetNews, PuppetOrder } from "./puppet-entry.ts";

const ENTRY = fileURLToPath(new URL("./puppet-entry.ts", import.meta.url));

type Got = Extract<PuppetNews, { got: unknown }>;
type Reported = Extract<PuppetNews, { reported: unknown }>;

export class Puppets implements AsyncDisposable {
  /** Every delivery, in order. */
  readonly got: Got[] = [];
  /** What became of every report. */
  readonly reported: Reported[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #joined = 0;
  #paused = 0;
  #onNews: () => void = () => {};

  constructor() {
    this.#child = fork(ENTRY, { execArgv: ["--disable-warning=ExperimentalWarning"] });
    this.#exit = once(this.#child, "exit");
    this.#child.on("message", (news: PuppetNews) => {
      if ("got" in news) this.got.push(news);
      else if ("reported" in news) this.reported.push(news);
      else if ("joined" in news) this.#joined++;
      else this.#paused++;
      this.#onNews();
    });
  }

  order(order: PuppetOrder): void {
    this.#child.send(order);
  }

  /** Workers `prefix0`, `prefix1` ... join; resolves when all are welcome. */
  async join(
    url: string,
    who: { prefix: string; count: number; name: string; capacity: number },
  ): Promise<void> {
    const { prefix, count, name, capacity } = who;
    for (let i = 0; i < count; i++)
      this.order({ join: { url, hello: { workerId: `${prefix}${i}`, names: [name], capacity } } });
    await this.#until(() => this.#joined === count);
  }

  /** Every worker that has a job wants no more; resolves when the server knows. */
  async pause(): Promise<void> {
    const busy = new Map(this.got.map(({ by, got }) => [by, got]));
    for (const [by, held] of busy) this.order({ pause: { by, held } });
    await this.#until(() => this.#paused === busy.size);
  }

  /** Resolves when so many deliveries have come in all. */
  gotAll(count: number): Promise<void> {
    return this.#until(() => this.got.length >= count);
  }

  /** Resolves when so many reports have been dealt with in all. */
  reportedAll(count: number): Promise<void> {
    return this.#until(() => this.reported.length >= count);
  }

  /** SIGSTOP and SIGCONT do not end it, SIGKILL does. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exit;
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#onNews = resolve;
      });
    }
  }
}
