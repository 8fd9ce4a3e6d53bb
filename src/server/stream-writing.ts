// The messages of a response stream, each written in its envelope in one piece. Who writes waits while the client does
// not read, so that what it has not read is not kept here.
import { type Compression, compressedFlag } from "@connectrpc/connect/protocol";
import { ENVELOPE_BYTES } from "./message-reading.ts";
import type { RawResponse } from "./unary-call.ts";

export interface StreamWriting {
  /** Sent before the first message, or at the end. */
  readonly header: Headers;
  readonly compression: Compression | null;
  /** From how many bytes on a message is compressed. */
  readonly bytesMin: number;
}

export class MessageWriter {
  readonly #response: RawResponse;
  readonly #writing: StreamWriting;

  constructor(response: RawResponse, writing: StreamWriting) {
    this.#response = response;
    this.#writing = writing;
  }

  /** Whether there is nobody any more to write to. */
  get hasLeft(): boolean {
    return this.#response.stream?.destroyed ?? this.#response.destroyed;
  }

  /** Sends the headers, unless they are sent. */
  begin(): void {
    if (!this.#response.headersSent && !this.hasLeft)
      this.#response.writeHead(200, Object.fromEntries(this.#writing.header));
  }

  /** Undefined when more can be written at once; else resolves when it can, or when there is nobody left. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const { compression, bytesMin } = this.#writing;
    if (!compression || bytes.length < bytesMin) return this.#send(0, bytes);

    return compression.compress(bytes).then((shorter) => this.#send(compressedFlag, shorter));
  }

  end(trailer: Headers): void {
    if (this.hasLeft) return;

    this.begin();
    this.#response.addTrailers(Object.fromEntries(trailer));
    this.#response.end();
  }

  #send(flags: number, bytes: Uint8Array): Promise<void> | undefined {
    if (this.hasLeft) return undefined;

    this.begin();
    const framed = Buffer.allocUnsafe(ENVELOPE_BYTES + bytes.length);
    framed[0] = flags;
    framed.writeUInt32BE(bytes.length, 1);
    framed.set(bytes, ENVELOPE_BYTES);
    return this.#response.write(framed) ? undefined : this.#drained();
  }

  #drained(): Promise<void> {
    const response = this.#response;
    return new Promise((resolve) => {
      const done = () => {
        response.off("drain", done).off("close", done);
        resolve();
      };
      response.on("drain", done).on("close", done);
    });
  }
}
