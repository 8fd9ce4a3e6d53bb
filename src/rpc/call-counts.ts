// Counts calls: how many are under way, and which were answered with an error. Only rpcs that exist are counted, so the
// table is as small as the contract.
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";

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

  readonly interceptor: Interceptor = (next) => async (request) => {
    const rpc = `${request.service.typeName}/${request.method.name}`;
    this.#open++;
    try {
      const response = await next(request);
      if (response.stream) return { ...response, message: this.#follow(rpc, response.message) };
      this.#open--;
      return response;
    } catch (error) {
      this.#ended(rpc, error);
      throw error;
    }
  };

  async *#follow<T>(rpc: string, messages: AsyncIterable<T>): AsyncIterable<T> {
    let fault: unknown;
    try {
      yield* messages;
    } catch (error) {
      fault = error;
      throw error;
    } finally {
      if (fault === undefined) this.#open--;
      else this.#ended(rpc, fault);
    }
  }

  #ended(rpc: string, error: unknown): void {
    this.#open--;
    const { code } = ConnectError.from(error);
    // The caller went away, or gave up: nobody refused anything.
    if (code === Code.Canceled) return;
    const key = `${rpc} ${code}`;
    this.#refused.set(key, { rpc, code, calls: (this.#refused.get(key)?.calls ?? 0) + 1 });
  }
}
