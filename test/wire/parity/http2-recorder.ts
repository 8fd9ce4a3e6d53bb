// HTTP/2 by Node's client, with an ear on the wire: the client's events do not tell whether END_STREAM came with the
// headers or after them, nor whether a stream was reset without an error.
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { connect as connectSocket, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { fieldsOf, pauseOf, type RawCall, type Sight } from "./sight.ts";

const FRAME_HEAD_BYTES = 9;
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const END_STREAM = 1;

/** RFC 9113, 4.1: the kinds of frames that came for each stream; what follows on the same kind is not told apart. */
class FrameEar {
  readonly #kinds = new Map<number, string[]>();
  #bytes: Buffer = Buffer.alloc(0);

  hear(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      const end =
        this.#bytes.length < FRAME_HEAD_BYTES ? Infinity : FRAME_HEAD_BYTES + this.#bytes.readUIntBE(0, 3);
      if (this.#bytes.length < end) return;
      this.#frame(this.#bytes.subarray(0, end));
      this.#bytes = this.#bytes.subarray(end);
    }
  }

  of(stream: number): string {
    return (this.#kinds.get(stream) ?? []).join(" ");
  }

  #frame(frame: Buffer): void {
    const [type, flags, stream] = [frame.readUInt8(3), frame.readUInt8(4), frame.readUInt32BE(5)];
    if (type !== DATA && type !== HEADERS && type !== RST_STREAM) return;

    const kinds = this.#kinds.get(stream) ?? [];
    this.#kinds.set(stream, kinds);
    if (type === RST_STREAM) kinds.push(`RST_STREAM(${frame.readUInt32BE(FRAME_HEAD_BYTES)})`);
    else {
      const kind = type === DATA ? "DATA" : "HEADERS";
      if (type === DATA && kinds.at(-1) === kind) kinds.pop();
      kinds.push(flags & END_STREAM ? `${kind}+END_STREAM` : kind);
    }
  }
}

/** A socket that the ear hears; Node's client would read from a bare one without telling anybody. */
function overheard(socket: Socket, ear: FrameEar): Duplex {
  const duplex = new Duplex({
    read: () => socket.resume(),
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk) => {
    ear.hear(chunk);
    if (!duplex.push(chunk)) socket.pause();
  });
  socket.on("end", () => duplex.push(null));
  socket.on("error", () => {}); // the close that follows is what is told
  socket.on("close", () => duplex.destroy());
  return duplex;
}

/** One session, opened again when the server has ended it. */
export class Http2Recorder implements Disposable {
  readonly #port: number;
  readonly #windowBytes: number | undefined;
  #session: Promise<ClientHttp2Session> | undefined;
  #ear = new FrameEar();

  /** @param windowBytes what the server may send ahead on each stream; default: 64 KiB */
  constructor(port: number, windowBytes?: number) {
    this.#port = port;
    this.#windowBytes = windowBytes;
  }

  async ask(call: RawCall): Promise<Sight> {
    const session = await this.open();
    const stream = session.request(headersOf(call), { endStream: call.body === undefined });
    const [sight] = await Promise.all([this.#see(stream), send(stream, call)]);
    // What the server said of the stream until now has been heard when this is answered.
    const alive = await answersPing(session);
    if (!alive) this.#session = undefined;
    return { ...sight, framing: this.#ear.of(stream.id ?? 0), after: alive ? "kept" : "closed" };
  }

  /** The session, for calls that an `ask` cannot make. */
  open(): Promise<ClientHttp2Session> {
    this.#session ??= this.#connect();
    return this.#session;
  }

  [Symbol.dispose](): void {
    this.#session?.then((session) => session.destroy());
    this.#session = undefined;
  }

  async #connect(): Promise<ClientHttp2Session> {
    const socket = connectSocket({ port: this.#port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    this.#ear = new FrameEar();
    const session = connect("http://lakh", {
      createConnection: () => overheard(socket, this.#ear),
      ...(this.#windowBytes && { settings: { initialWindowSize: this.#windowBytes } }),
    });
    session.on("error", () => {});
    await once(session, "remoteSettings");
    return session;
  }

  async #see(stream: ClientHttp2Stream): Promise<Sight> {
    const chunks: Buffer[] = [];
    const interim: number[] = [];
    let headers: readonly (readonly [string, string])[] = [];
    let trailers: readonly (readonly [string, string])[] = [];
    stream.on("continue", () => interim.push(100));
    stream.on("response", (_headers, _flags, ...[raw]) => {
      headers = pairsOf(raw as unknown as string[]);
    });
    stream.on("trailers", (_headers, _flags, ...[raw]) => {
      trailers = pairsOf(raw as unknown as string[]);
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", () => {}); // the frames tell
    await new Promise<void>((resolve) => stream.once("close", resolve));
    return {
      status: Number(headers.find(([name]) => name === ":status")?.[1] ?? 0),
      headers: fieldsOf(headers),
      body: Buffer.concat(chunks).toString("latin1"),
      trailers: fieldsOf(trailers),
      framing: "",
      interim,
      after: "kept",
    };
  }
}

function pairsOf(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i] ?? "", raw[2 * i + 1] ?? ""]);
}

/** A call in Node's words. */
export function headersOf({ method = "POST", path, headers }: RawCall): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = { ":method": method, ":path": path };
  for (const [name, value] of headers) {
    const said = all[name];
    all[name] = said === undefined ? value : [said, value].flat();
  }
  return all;
}

async function send(stream: ClientHttp2Stream, call: RawCall): Promise<void> {
  for (const piece of call.body ?? []) {
    if (stream.destroyed) return;
    stream.write(piece);
    await pauseOf(call);
  }
  if (!stream.destroyed) stream.end();
}

function answersPing(session: ClientHttp2Session): Promise<boolean> {
  return new Promise((resolve) => {
    if (session.destroyed || session.closed) resolve(false);
    else session.ping((error) => resolve(error === null));
  });
}
