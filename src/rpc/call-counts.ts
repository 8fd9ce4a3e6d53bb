// Counts calls: how many are under way, and which were answered with an error. Only rpcs that exist are counted, so the
// table is as small as the contract. It is told by the log's interceptor: one more around each call would cost each
// message of a stream.
import { Code, ConnectError } from "@connectrpc/connect";

export interface Refused {
  /** `lakh.v1.ProducerService/Enqueue`. */
  readonly rpc: string;
  readonly code: Code;
  readonly calls: number;
}

export class CallCounts {
  #open = 0;
  /** By rpc and code. */
  readonly #refused = new Map<string, Refused>();

  /** Calls under way, streams among them. */
  get open(): number {
    return this.#open;
  }

  /** The most frequent first. */
  refused(): readonly Refused[] {
    return [...this.#refused.values()].toSorted((a, b) => b.calls - a.calls);
  }

  began(): void {
    this.#open++;
  }

  /** `error`: what it was answered with, if anything went wrong. */
  ended(rpc: string, error: unknown): void {
    this.#open--;
    if (error === undefined) return;
    const { code } = ConnectError.from(error);
    // The caller went away, or gave up: nobody refused anything.
    if (code === Code.Canceled) return;
    const key = `${rpc} ${code}`;
    this.#refused.set(key, { rpc, code, calls: (this.#refused.get(key)?.calls ?? 0) + 1 });
  }
}
