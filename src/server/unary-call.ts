// One call on the fast path: what connect would have made of its request beforehand is made when somebody asks for it.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { DescMethodUnary } from "@bufbuild/protobuf";
import { Code, ConnectError, type ContextValues, type UnaryResponse } from "@connectrpc/connect";
import { authorityOf, type PlainCall } from "./plain-call.ts";

/** Node's response, whatever the version of HTTP: Fastify types it for HTTP/1.1 alone. */
export type RawResponse = ServerResponse & { readonly stream?: ServerHttp2Stream };

export interface CallParts extends PlainCall {
  readonly method: DescMethodUnary;
  readonly request: IncomingMessage;
  readonly response: RawResponse;
  readonly values: ContextValues;
}

export class UnaryCall {
  readonly parts: CallParts;
  readonly #endsAt: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;
  #abortedBy: { readonly reason: unknown } | undefined;
  #requestHeader: Headers | undefined;
  #responseHeader: Headers | undefined;
  #responseTrailer: Headers | undefined;
  #isOver = false;
  #handlerListens = false;

  constructor(parts: CallParts) {
    this.parts = parts;
    const { timeoutMs } = parts;
    if (timeoutMs === undefined) return;

    this.#endsAt = Date.now() + timeoutMs;
    const expire = () => this.abort(new ConnectError("the operation timed out", Code.DeadlineExceeded));
    if (timeoutMs > 0) this.#timer = setTimeout(expire, timeoutMs);
    else expire();
  }

  /** Whether anybody may have written metadata for the answer. */
  get hasMetadata(): boolean {
    return this.#responseHeader !== undefined || this.#responseTrailer !== undefined;
  }

  get responseHeader(): Headers {
    this.#responseHeader ??= new Headers({ "content-type": this.parts.dialect.contentType });
    return this.#responseHeader;
  }

  get responseTrailer(): Headers {
    this.#responseTrailer ??= new Headers(this.parts.dialect.enveloped ? { "grpc-status": "0" } : {});
    return this.#responseTrailer;
  }

  /** Metadata that an interceptor put in the place of the handler's. */
  replaceMetadata({ header, trailer }: Pick<UnaryResponse, "header" | "trailer">): void {
    this.#responseHeader = new Headers(header);
    this.#responseTrailer = new Headers(trailer);
  }

  /** Ends the handler's signal; the first reason counts. */
  abort(reason: unknown): void {
    this.#abortedBy ??= { reason };
    this.#controller?.abort(reason);
  }

  /** The answer is known: no deadline any more, and a handler that went on listening to its signal may let go. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    if (this.#handlerListens) this.abort(CALL_OVER);
  }

  /** In milliseconds; undefined when the client waits for as long as it takes. */
  timeLeft(): number | undefined {
    return this.#endsAt === undefined ? undefined : this.#endsAt - Date.now();
  }

  get url(): string {
    const { request } = this.parts;
    const scheme = "encrypted" in request.socket && request.socket.encrypted ? "https" : "http";
    return new URL(request.url ?? "", `${scheme}://${authorityOf(request.headers)}`).toString();
  }

  get requestHeader(): Headers {
    if (this.#requestHeader) return this.#requestHeader;

    const header = new Headers();
    for (const [name, value] of Object.entries(this.parts.request.headers)) {
      if (value === undefined || name.startsWith(":")) continue;
      for (const one of [value].flat()) header.append(name, one);
    }
    this.#requestHeader = header;
    return header;
  }

  /** The signal for a handler, which may listen for as long as it likes. */
  get handlerSignal(): AbortSignal {
    this.#handlerListens = true;
    return this.signal;
  }

  /** Aborts when the call cannot end well any more. */
  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;

    this.#controller = new AbortController();
    if (this.#abortedBy) this.#controller.abort(this.#abortedBy.reason);
    const { response } = this.parts;
    (response.stream ?? response).once("close", () => {
      if (!this.#isOver) this.abort(CLIENT_LEFT);
    });
    return this.#controller.signal;
  }
}

const CALL_OVER = new ConnectError("the call is over", Code.Canceled);
const CLIENT_LEFT = new ConnectError("the client left", Code.Canceled);
