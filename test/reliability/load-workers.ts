// Workers in a process of their own: they do what each job's recipe says, come back with what they hold when the server
// was killed, and repeat the reports of which they have not heard. Arguments: the ledger, a prefix, how many.
import { setTimeout as pause } from "node:timers/promises";
import { type Delivery, ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import { LedgerWriter } from "./ledger.ts";
import { LOAD_NAMES, payloadOf, recipeOf } from "./recipe.ts";
import { ServerAddresses } from "./server-addresses.ts";
import { WorkClient } from "./work-client.ts";

const [ledgerPath = "", prefix = "", count = ""] = process.argv.slice(2);
const ledger = new LedgerWriter(ledgerPath);
const addresses = new ServerAddresses();
const CAPACITY = 50;

interface Work {
  readonly attempt: number;
  report?: "succeed" | "fail";
  /** The server may have it. */
  isSent?: true;
}

class LoadWorker {
  readonly #id: string;
  /** What it works on, or has not heard of its report. */
  readonly #held = new Map<string, Work>();
  #client: WorkClient | undefined;
  #drains = false;

  constructor(id: string) {
    this.#id = id;
  }

  async run(): Promise<void> {
    for (let url = await addresses.other(); ; url = await addresses.other(url)) {
      const holding = [...this.#held].map(([jobId, { attempt }]) => ({ jobId, attempt }));
      const hello = { workerId: this.#id, names: LOAD_NAMES, capacity: CAPACITY, holding };
      const client = new WorkClient(url, hello, {
        onJob: (delivery) => this.#work(delivery),
        onDrain: () => {
          this.#drains = true;
          this.#leaveWhenIdle();
        },
      });
      this.#client = client;
      await client.welcome.then(
        ({ notHeld }) => this.#resume(holding, notHeld),
        () => {},
      );
      await client.ended;
      this.#drains = false;
    }
  }

  #resume(
    holding: readonly { jobId: string; attempt: number }[],
    notHeld: readonly { jobId: string }[],
  ): void {
    const refused = new Set(notHeld.map(({ jobId }) => jobId));
    for (const { jobId, attempt } of holding) {
      if (!refused.has(jobId)) ledger.write("kept", [jobId], attempt);
      const work = this.#held.get(jobId);
      if (refused.has(jobId) && !work?.isSent) ledger.write("refused", [jobId], attempt);
      if (work?.report) this.#report(jobId);
      else if (refused.has(jobId)) this.#drop(jobId, attempt);
    }
  }

  async #work({ jobId, attempt, reservedUntil, failures, payload }: Delivery): Promise<void> {
    ledger.write("got", [jobId], attempt);
    if (payload.case !== "data" || !payloadOf(jobId).equals(payload.value))
      throw new Error(`payload of ${jobId}`);
    if (!reservedUntil) return; // fire and forget

    const held: Work = { attempt };
    this.#held.set(jobId, held);
    const recipe = recipeOf(jobId);
    await pause(recipe.workMs);
    if (this.#held.get(jobId) !== held) return;
    held.report = failures < recipe.failures ? "fail" : "succeed";
    this.#report(jobId);
  }

  async #report(jobId: string): Promise<void> {
    const held = this.#held.get(jobId);
    const client = this.#client;
    if (!held?.report || !client) return;

    if (!client.isOver) held.isSent = true;
    const result = await client[held.report]({ jobId, attempt: held.attempt }).catch(() => undefined);
    if (result === undefined) return; // it is repeated when the worker is back
    if (result === ReportResult.REFUSED) throw new Error(`a report on ${jobId} was refused`);
    if (result === ReportResult.ACCEPTED)
      ledger.write(held.report === "fail" ? "failed" : "done", [jobId], held.attempt);
    this.#drop(jobId, held.attempt);
  }

  #drop(jobId: string, attempt: number): void {
    if (this.#held.get(jobId)?.attempt === attempt) this.#held.delete(jobId);
    this.#leaveWhenIdle();
  }

  #leaveWhenIdle(): void {
    if (this.#drains && this.#held.size === 0) this.#client?.sayGoodbye();
  }
}

for (let i = 0; i < Number(count); i++) {
  new LoadWorker(`${prefix}.${i}`).run().catch((fault: unknown) => {
    process.stderr.write(`${fault}\n`);
    process.exit(1);
  });
}
await addresses.stopped;
process.exit(0);
