// Callers over HTTP/2, a stream for each call, as lean as they can be: header blocks that are prepared once,
// answers that are looked at only as far as it takes to know that they are good. One write for all that is asked at once.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Call, Callers, Tally } from "./callers.ts";
import {
  FLAG,
  FRAME,
  type Frame,
  FrameReader,
  frameBytes,
  headerBlock,
  isOk,
  PREFACE,
  windowUpdate,
} from "./http2-frames.ts";

/** What the server may send ahead on the connection before we say that we have read it. */
const WINDOW = 1 << 30;

/** Opens the connections, and divides the callers among them. */
export async function openHttp2Callers(
  url: string,
  { callers, connections }: { callers: number; connections: number },
  call: Call,
): Promise<Callers> {
  const { hostname, port, host } = new URL(url);
  const open = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      await once(socket, "connect");
      return new Connection(socket, callers / connections, preparedCall(host, call));
    }),
  );
  return {
    async callUntil(tally) {
      await Promise.all(open.map((connection) => connection.callUntil(tally)));
    },
    close() {
      for (const connection of open) connection.close();
    },
  };
}

interface Prepared {
  readonly headers: Buffer;
  readonly body: Buffer;
}

function preparedCall(authority: string, { path, headers, body }: Call): Prepared {
  const pseudo = { ":method": "POST", ":scheme": "http", ":path": path, ":authority": authority };
  const payload = headerBlock({ ...pseudo, ...headers });
  return {
    headers: frameBytes({ type: FRAME.headers, flags: FLAG.endHeaders, stream: 0, payload }),
    body: frameBytes({ type: FRAME.data, flags: FLAG.endStream, stream: 0, payload: body }),
  };
}

class Connection implements Callers {
  readonly #socket: Socket;
  readonly #count: number;
  readonly #call: Prepared;
  readonly #reader = new FrameReader();
  /** Streams that have not ended, and whether their answer has a body: without one it is an error in gRPC. */
  readonly #open = new Map<number, boolean>();
  #nextStream = 1;
  #unreported = 0;
  #outgoing: Buffer[] = [];
  #run: { readonly tally: Tally; resolve(): void; reject(error: Error): void } | undefined;

  constructor(socket: Socket, count: number, call: Prepared) {
    this.#socket = socket;
    this.#count = count;
    this.#call = call;
    socket.on("data", (chunk: Buffer) => this.#hear(chunk));
    socket.on("error", (error) => this.#run?.reject(error));
    socket.on("close", () => this.#run?.reject(new Error("the server closed the connection")));
    const settings = frameBytes({ type: FRAME.settings, flags: 0, stream: 0, payload: Buffer.alloc(0) });
    socket.write(Buffer.concat([PREFACE, settings, windowUpdate(WINDOW)]));
  }

  callUntil(tally: Tally): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#run = { tally, resolve, reject };
    for (let i = 0; i < this.#count; i++) this.#ask();
    this.#flush();
    return promise;
  }

  close(): void {
    this.#run = undefined;
    this.#socket.destroy();
  }

  #ask(): void {
    const { headers, body } = this.#call;
    const bytes = Buffer.allocUnsafe(headers.length + body.length);
    headers.copy(bytes);
    body.copy(bytes, headers.length);
    bytes.writeUInt32BE(this.#nextStream, 5);
    bytes.writeUInt32BE(this.#nextStream, headers.length + 5);
    this.#open.set(this.#nextStream, false);
    this.#nextStream += 2;
    this.#outgoing.push(bytes);
  }

  #flush(): void {
    if (this.#outgoing.length > 0) this.#socket.write(Buffer.concat(this.#outgoing));
    this.#outgoing = [];
  }

  #hear(chunk: Buffer): void {
    try {
      this.#reader.read(chunk, (frame) => this.#take(frame));
      this.#flush();
    } catch (error) {
      this.#run?.reject(error as Error);
    }
  }

  #take({ type, flags, stream, payload }: Frame): void {
    if (type === FRAME.resetStream || type === FRAME.goAway) throw new Error(`frame ${type}: refused`);
    if (type === FRAME.settings || type === FRAME.ping) this.#acknowledge(type, flags, payload);
    if (type === FRAME.headers) this.#takeHeaders(stream, payload);
    if (type === FRAME.data) this.#takeData(stream, payload.length);
    if ((type === FRAME.headers || type === FRAME.data) && flags & FLAG.endStream) this.#end(stream);
  }

  #acknowledge(type: number, flags: number, payload: Buffer): void {
    if (flags & FLAG.ack) return;

    const echoed = type === FRAME.ping ? Buffer.from(payload) : Buffer.alloc(0);
    this.#outgoing.push(frameBytes({ type, flags: FLAG.ack, stream: 0, payload: echoed }));
  }

  /** Those after a body are trailers. */
  #takeHeaders(stream: number, block: Buffer): void {
    if (!this.#open.get(stream) && !isOk(block)) throw new Error("not answered with 200");
  }

  #takeData(stream: number, length: number): void {
    if (length > 0) this.#open.set(stream, true);
    this.#unreported += length;
    if (this.#unreported < WINDOW / 2) return;

    this.#outgoing.push(windowUpdate(this.#unreported));
    this.#unreported = 0;
  }

  #end(stream: number): void {
    if (!this.#open.get(stream)) throw new Error("answered without a body: an error");

    this.#open.delete(stream);
    if (this.#run?.tally.another()) this.#ask();
    else if (this.#open.size === 0) this.#run?.resolve();
  }
}
