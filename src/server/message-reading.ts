// The one message of a unary call, out of the body of its request. A body that is anything but one uncompressed message
// within the bound is odd: it is handed on as far as it came, with the rest to follow, as if nobody had touched it.
import type { IncomingMessage } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { PlainCall } from "./plain-call.ts";
import { bodyOf } from "./unread-request.ts";

/** One byte of flags, four of length. */
export const ENVELOPE_BYTES = 5;

/** The message, or an odd body; undefined when the client left before it was known which. */
export type MessageRead = { readonly message: Buffer } | OddBody | undefined;
export type OddBody = { readonly body: AsyncIterable<Uint8Array> };

/** Node's request; that of HTTP/2 stands before a stream. */
type RawRequest = IncomingMessage & { readonly stream?: ServerHttp2Stream };

/** Reads as the message comes, and no longer than it takes to see that the body is odd. */
export function readMessage(
  request: RawRequest,
  { dialect, contentLength }: PlainCall,
  bytesMax: number,
): Promise<MessageRead> {
  const source = request.stream ?? request;
  return new Promise((resolve) => {
    const body = new Body(dialect.enveloped, bytesMax);
    const onData = (chunk: Buffer) => {
      body.add(chunk);
      if (body.isOdd) handOn();
    };
    const onEnd = () => {
      const message = body.message(contentLength);
      if (message) stop({ message });
      else handOn();
    };
    const onClose = () => stop(undefined);
    const stop = (read: MessageRead) => {
      source.off("data", onData).off("end", onEnd).off("close", onClose);
      resolve(read);
    };
    const handOn = () => {
      stop({ body: replay(body.chunks, request) });
      // What comes before the next reader would be lost. Over HTTP/2 that reads from the request, which begins to keep what
      // comes on the stream when it is first read from; it would not wake a stream that is paused.
      if (request.stream) request.read(0);
      else request.pause();
    };
    source.on("data", onData).on("end", onEnd).on("close", onClose);
    // While a gate was asked: an HTTP/2 stream without data ends though nobody reads it, and clients leave.
    if (source.readableEnded) onEnd();
    else if (source.destroyed) onClose();
  });
}

class Body {
  chunks: Buffer[] = [];
  #length = 0;
  readonly #enveloped: boolean;
  readonly #bytesMax: number;

  constructor(enveloped: boolean, bytesMax: number) {
    this.#enveloped = enveloped;
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Whether what has come can no longer become one message. */
  get isOdd(): boolean {
    if (!this.#enveloped) return this.#length > this.#bytesMax;
    const head = this.#head();
    if (!head) return false;

    const length = head.readUInt32BE(1);
    return head[0] !== 0 || length > this.#bytesMax || this.#length > ENVELOPE_BYTES + length;
  }

  /** All of it, when it is one message and as long as it was said to be. */
  message(saidLength: number | undefined): Buffer | undefined {
    if (saidLength !== undefined && saidLength !== this.#length) return undefined;
    const body = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.#length);
    if (!body || !this.#enveloped) return body;
    if (this.#head()?.readUInt32BE(1) !== this.#length - ENVELOPE_BYTES) return undefined;

    return body.subarray(ENVELOPE_BYTES);
  }

  /** A chunk with the whole head of the envelope; undefined until that has come. */
  #head(): Buffer | undefined {
    if (this.#length < ENVELOPE_BYTES) return undefined;

    if ((this.chunks[0]?.length ?? 0) < ENVELOPE_BYTES) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0];
  }
}

/** A body that was read in part, from its beginning. */
export async function* replay(
  chunks: readonly Buffer[],
  request: IncomingMessage,
): AsyncIterable<Uint8Array> {
  yield* chunks;
  yield* bodyOf(request);
}
