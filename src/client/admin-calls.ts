// AdminService over one connection, in its wire form: which calls are repeated while the server is away, pages one after
// the other, and Watch over broken connections. `Admin` makes plain TypeScript of it; the command line prints it as it is.
import { type CallOptions, type Client, createClient } from "@connectrpc/connect";
import { AdminService, type WatchResponse } from "../gen/lakh/v1/admin_pb.ts";
import { toWatchRequest, type WatchWanted } from "./admin-requests.ts";
import { Connection, type ServerAddress } from "./connection.ts";
import { lastingStream } from "./lasting-stream.ts";
import { isTransient, neverArrived, type RetryDelay, retrying } from "./retry.ts";

/** How an admin behaves. */
export interface AdminOptions extends ServerAddress {
  /** How long a call is repeated while the server is away. Default 30 s; 0 tries once. */
  readonly retryForMs?: number;
  /** How long one try may take. Default 10 s. */
  readonly timeoutMs?: number;
}

/** How to watch. */
export interface WatchOptions extends WatchWanted {
  readonly signal?: AbortSignal | undefined;
  /** Told of each break, before the next try. `error` is undefined when the server ended the stream. */
  readonly onBreak?: (error: unknown, retryInMs: number) => void;
}

type AdminCall<Response> = (client: Client<typeof AdminService>, options: CallOptions) => Promise<Response>;

/** Three heartbeats, and a little. */
const watchSilenceMaxMs = 16_000;
const watchDelay: RetryDelay = { minMs: 250, maxMs: 2_000 };

/** The calls. They throw ConnectError, whose `code` says why. Connects at the first; close it when done. */
export class AdminCalls {
  readonly #options: AdminOptions;
  readonly #connection: Connection;
  readonly #client: Client<typeof AdminService>;
  readonly #closing = new AbortController();

  constructor(options: AdminOptions = {}) {
    this.#options = options;
    this.#connection = new Connection(options);
    this.#client = createClient(AdminService, this.#connection.transport);
  }

  /** A call that changes nothing, or the same when it is made twice: repeated while the server is away. */
  read<Response>(call: AdminCall<Response>): Promise<Response> {
    return this.#retrying(call, isTransient);
  }

  /** A call that would change more when it is made twice: repeated only when it cannot have reached the server. */
  change<Response>(call: AdminCall<Response>): Promise<Response> {
    return this.#retrying(call, neverArrived);
  }

  /** Page after page, until the server says that there are no more. */
  async *pages<Page extends { readonly nextPageToken: string }>(
    read: (pageToken: string, client: Client<typeof AdminService>, options: CallOptions) => Promise<Page>,
  ): AsyncGenerator<Page> {
    for (let pageToken = "", isFirst = true; isFirst || pageToken !== ""; isFirst = false) {
      const page = await this.read((client, options) => read(pageToken, client, options));
      yield page;
      pageToken = page.nextPageToken;
    }
  }

  /**
   * Frames as they come, heartbeats too. After a broken connection it goes on with the differences to the last frame, or
   * with a snapshot when the server does not remember that far back.
   */
  async *watch({ signal, onBreak, ...wanted }: WatchOptions): AsyncGenerator<WatchResponse> {
    let after = 0n;
    const frames = lastingStream({
      connection: this.#connection,
      open: (options) => this.#client.watch(toWatchRequest(wanted, after), options),
      silenceMaxMs: watchSilenceMaxMs + (wanted.intervalMs ?? 0),
      retryForMs: this.#retryForMs,
      delay: watchDelay,
      closing: this.#closing.signal,
      signal,
      onBreak,
    });
    for await (const frame of frames) {
      if (frame.sequence > 0n) after = frame.sequence;
      yield frame;
    }
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#closing.abort();
    this.#connection.close();
  }

  get #retryForMs(): number {
    return this.#options.retryForMs ?? 30_000;
  }

  #retrying<Response>(call: AdminCall<Response>, mayPass: (error: unknown) => boolean): Promise<Response> {
    const options: CallOptions = { timeoutMs: this.#options.timeoutMs ?? 10_000 };
    return retrying(() => call(this.#client, options), {
      retryForMs: this.#retryForMs,
      signal: this.#closing.signal,
      isTransient: mayPass,
    });
  }
}
