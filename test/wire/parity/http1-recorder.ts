// HTTP/1.1 by hand over a plain socket: sends requests to the byte, and writes down all that comes back. A client library
// would tidy up both.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { fieldsOf, pauseOf, type RawCall, type Sight } from "./sight.ts";

const PROBE: RawCall = { method: "GET", path: "/livez", headers: [], framing: "unsaid" };

/** Bytes as they come, to be read line by line or by the count. */
class Incoming {
  #buffer: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #wake = () => {};

  constructor(socket: Socket) {
    socket.on("data", (chunk) => {
      this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
      this.#wake();
    });
    socket.on("close", () => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** Up to the next line end, which is not part of it; undefined when there is none before the connection ends. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf("\r\n");
      if (end >= 0) return this.#cut(end, 2).toString("latin1");
      if (this.#hasEnded) return undefined;
      await this.#more();
    }
  }

  /** So many bytes, or those before the end of the connection. */
  async take(count: number): Promise<Buffer> {
    while (this.#buffer.length < count && !this.#hasEnded) await this.#more();
    return this.#cut(Math.min(count, this.#buffer.length), 0);
  }

  #cut(length: number, skip: number): Buffer {
    const part = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length + skip);
    return part;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** One connection, opened again when the server has closed it. */
export class Http1Recorder implements Disposable {
  readonly #port: number;
  #socket: Socket | undefined;
  #incoming: Incoming | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** The answer, and whether the connection answers `GET /livez` after it. */
  async ask(call: RawCall): Promise<Sight> {
    const { socket, incoming } = await this.#connection();
    const [sight] = await Promise.all([readAnswer(incoming, call), send(socket, call)]);
    const [probe] = await Promise.all([readAnswer(incoming, PROBE), send(socket, PROBE)]);
    const after = probe.status === 200 ? "kept" : "closed";
    if (after === "closed") this[Symbol.dispose]();
    return { ...sight, after };
  }

  /** All requests first, then all answers. The connection is not probed. */
  async pipeline(calls: readonly RawCall[]): Promise<Sight[]> {
    const { socket, incoming } = await this.#connection();
    const sights: Sight[] = [];
    const reading = async () => {
      for (const call of calls) sights.push(await readAnswer(incoming, call));
    };
    const sending = async () => {
      for (const call of calls) await send(socket, call);
    };
    await Promise.all([reading(), sending()]);
    return sights;
  }

  [Symbol.dispose](): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #connection(): Promise<{ readonly socket: Socket; readonly incoming: Incoming }> {
    if (this.#socket && !this.#socket.destroyed && this.#incoming)
      return { socket: this.#socket, incoming: this.#incoming };

    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    socket.on("error", () => {}); // told by what was heard until then
    const incoming = new Incoming(socket);
    await once(socket, "connect");
    this.#socket = socket;
    this.#incoming = incoming;
    return { socket, incoming };
  }
}

/** The request up to its body. */
export function headOf(call: RawCall): string {
  const { method = "POST", path, headers, body = [], framing = "length", version = "1.1" } = call;
  const isHostSaid = version === "1.0" || headers.some(([name]) => name === "host");
  const lines = [
    `${method} ${path} HTTP/${version}`,
    ...(isHostSaid ? [] : ["host: lakh"]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  if (framing === "length")
    lines.push(`content-length: ${body.reduce((sum, piece) => sum + piece.length, 0)}`);
  if (framing === "chunked") lines.push("transfer-encoding: chunked");
  return `${lines.join("\r\n")}\r\n\r\n`;
}

async function send(socket: Socket, call: RawCall): Promise<void> {
  const isChunked = call.framing === "chunked";
  socket.write(headOf(call), "latin1");
  for (const piece of call.body ?? []) {
    if (isChunked) socket.write(`${piece.length.toString(16)}\r\n`);
    socket.write(piece);
    if (isChunked) socket.write("\r\n");
    await pauseOf(call);
  }
  if (isChunked) socket.write("0\r\n\r\n");
}

async function readAnswer(incoming: Incoming, call: RawCall): Promise<Sight> {
  const interim: number[] = [];
  for (;;) {
    const first = await incoming.line();
    const status = Number(first?.split(" ")[1] ?? 0);
    const headers = await readFields(incoming);
    if (status >= 200 || status === 0) return readBody(incoming, call, { status, headers, interim });
    interim.push(status);
  }
}

type Pairs = readonly (readonly [string, string])[];

async function readFields(incoming: Incoming): Promise<Pairs> {
  const pairs: [string, string][] = [];
  for (;;) {
    const line = await incoming.line();
    if (!line) return pairs;
    const colon = line.indexOf(":");
    pairs.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
}

interface Head {
  readonly status: number;
  readonly headers: Pairs;
  readonly interim: readonly number[];
}

async function readBody(incoming: Incoming, { method }: RawCall, head: Head): Promise<Sight> {
  const headers = fieldsOf(head.headers);
  const sight = { ...head, headers, trailers: {}, after: "kept" } as const;
  const length = headers["content-length"]?.[0];
  if (method === "HEAD" || head.status === 204 || head.status === 0)
    return { ...sight, body: "", framing: "none" };
  if (headers["transfer-encoding"]?.includes("chunked")) {
    const body = await readChunks(incoming);
    return { ...sight, body, trailers: fieldsOf(await readFields(incoming)), framing: "chunked" };
  }
  const body = await incoming.take(length === undefined ? Number.POSITIVE_INFINITY : Number(length));
  return { ...sight, body: body.toString("latin1"), framing: length === undefined ? "close" : "length" };
}

async function readChunks(incoming: Incoming): Promise<string> {
  const chunks: Buffer[] = [];
  for (;;) {
    const size = Number.parseInt((await incoming.line()) ?? "", 16);
    if (Number.isNaN(size)) return `${Buffer.concat(chunks).toString("latin1")} (cut off)`;
    if (size === 0) return Buffer.concat(chunks).toString("latin1");
    chunks.push(await incoming.take(size));
    await incoming.line();
  }
}
