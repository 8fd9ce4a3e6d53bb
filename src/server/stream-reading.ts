// The messages of a plain request stream: gRPC's envelopes, uncompressed and within the bound. Each is parsed when it is
// asked for, and nothing is read ahead of that but what Node has in its buffers. As soon as anything is odd, all that
// has come since goes through connect's own readers, which know what to say of it.
import type { IncomingMessage } from "node:http";
import { finished } from "node:stream";
import {
  pipe,
  transformDecompressEnvelope,
  transformParseEnvelope,
  transformSplitEnvelope,
} from "@connectrpc/connect/protocol";
import { ENVELOPE_BYTES, replay } from "./message-reading.ts";

export interface StreamReading<T> {
  /** Throws a ConnectError for bytes that are no message. */
  readonly parse: (bytes: Uint8Array) => T;
  readonly bytesMax: number;
}

export class MessageReader<T> implements AsyncIterableIterator<T> {
  readonly #request: IncomingMessage;
  readonly #reading: StreamReading<T>;
  /** What has come and was not taken. */
  #chunks: Buffer[] = [];
  #length = 0;
  #odd: AsyncIterator<T> | undefined;
  #fault: { readonly error: unknown } | undefined;
  #isOver = false;
  #wake: () => void = () => {};
  readonly #forget: () => void;

  constructor(request: IncomingMessage, reading: StreamReading<T>) {
    this.#request = request;
    this.#reading = reading;
    request.on("readable", this.#ring);
    this.#forget = finished(request, { writable: false }, this.#onEnd);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends with the request. A stream that its client cancelled ends like a finished one; the call's signal tells them apart. */
  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      if (this.#odd) return this.#odd.next();
      const message = this.#take();
      if (message) return { done: false, value: this.#reading.parse(message) };
      if (this.#odd || this.#read()) continue;
      if (this.#fault) throw this.#fault.error;
      if (this.#isOver && this.#length === 0) return { done: true, value: undefined };

      if (this.#isOver) this.#becomeOdd();
      else await this.#news();
    }
  }

  /** Leaves the request as it is, for others to read. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.stop();
    return { done: true, value: undefined };
  }

  /** Nobody reads on. */
  stop(): void {
    this.#request.off("readable", this.#ring);
    this.#forget();
    this.#onEnd();
  }

  readonly #ring = (): void => this.#wake();

  readonly #onEnd = (error?: Error | null): void => {
    if (error) this.#fault = { error };
    this.#isOver = true;
    this.#ring();
  };

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #read(): boolean {
    const chunk: Buffer | null = this.#request.read();
    if (!chunk) return false;

    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return true;
  }

  /** The next message, once it has come whole. */
  #take(): Buffer | undefined {
    if (this.#length < ENVELOPE_BYTES) return undefined;

    const head = this.#front(ENVELOPE_BYTES);
    const bytes = head.readUInt32BE(1);
    if (head[0] !== 0 || bytes > this.#reading.bytesMax) this.#becomeOdd();
    if (this.#odd || this.#length < ENVELOPE_BYTES + bytes) return undefined;

    const front = this.#front(ENVELOPE_BYTES + bytes);
    const end = ENVELOPE_BYTES + bytes;
    this.#length -= end;
    if (front.length === end) this.#chunks.shift();
    else this.#chunks[0] = front.subarray(end);
    return front.subarray(ENVELOPE_BYTES, end);
  }

  /** A chunk with at least so many of the bytes that have come. */
  #front(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first && first.length >= bytes) return first;

    const all = Buffer.concat(this.#chunks, this.#length);
    this.#chunks = [all];
    return all;
  }

  #becomeOdd(): void {
    const { bytesMax, parse } = this.#reading;
    const parser = { parse, serialize: unused };
    const envelopes = pipe(
      replay(this.#chunks, this.#request),
      transformSplitEnvelope(bytesMax),
      transformDecompressEnvelope(null, bytesMax),
      transformParseEnvelope<T>(parser),
    );
    this.stop();
    this.#odd = envelopes[Symbol.asyncIterator]();
  }
}

function unused(): never {
  throw new Error("a reader does not write");
}
