// A TCP proxy that does to connections what networks do, on command, and counts what it did: a test whose fault never
// happened proves nothing.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

/** HTTP/2 frames, RFC 9113, 4.1: 3 bytes of length, 1 of type, 5 more. */
const FRAME_HEADER = 9;
const HEADERS_FRAME = 1;

export class ChaosProxy implements AsyncDisposable {
  /** Where clients go. */
  readonly url: string;
  readonly #listener: Server;
  readonly #links: Set<Link>;
  readonly #swallow: { next: boolean };
  /** How many connections were cut. */
  cuts = 0;
  /** How many answers were swallowed. */
  swallowed = 0;

  constructor(listener: Server, links: Set<Link>, swallow: { next: boolean }) {
    this.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    this.#listener = listener;
    this.#links = links;
    this.#swallow = swallow;
  }

  /** A proxy in front of the server. */
  static async open(upstream: string): Promise<ChaosProxy> {
    const { hostname, port } = new URL(upstream);
    const links = new Set<Link>();
    const swallow = { next: false };
    const listener = createServer((client) => {
      const server = connect(Number(port), hostname);
      proxy.#join({ client, server });
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const proxy = new ChaosProxy(listener, links, swallow);
    return proxy;
  }

  /** Every connection breaks, on both sides, at once. */
  cut(): void {
    for (const link of this.#links) this.#cutLink(link);
  }

  /**
   * The next answer to a call reaches nobody: the server has said it, the client sees its connection break. Over
   * HTTP/1.1 that is the next bytes from the server, over HTTP/2 the next frame with response headers.
   */
  loseNextAnswer(): void {
    this.#swallow.next = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#listener, "close");
    this.#listener.close();
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }

  #join(link: Link): void {
    const { client, server } = link;
    this.#links.add(link);
    const isAnswer = answerFinder();
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => {}); // closing follows
      socket.on("close", () => {
        this.#links.delete(link);
        client.destroy();
        server.destroy();
      });
    }
    client.pipe(server);
    server.on("data", (bytes) => {
      if (isAnswer(bytes) && this.#swallow.next) {
        this.#swallow.next = false;
        this.swallowed++;
        this.#cutLink(link);
      } else if (!client.write(bytes)) {
        server.pause();
        client.once("drain", () => server.resume());
      }
    });
  }

  #cutLink({ client, server }: Link): void {
    this.cuts++;
    client.resetAndDestroy();
    server.resetAndDestroy();
  }
}

/** Says of each piece of what a server sends whether an answer begins in it. */
function answerFinder(): (bytes: Buffer) => boolean {
  let left: Buffer = Buffer.alloc(0);
  let isHttp1: boolean | undefined;
  return (bytes) => {
    left = Buffer.concat([left, bytes]);
    isHttp1 ??= left.subarray(0, 4).toString("latin1") === "HTTP";
    if (isHttp1) {
      left = Buffer.alloc(0);
      return true;
    }

    let found = false;
    while (left.length >= FRAME_HEADER) {
      const length = FRAME_HEADER + left.readUIntBE(0, 3);
      found ||= left[3] === HEADERS_FRAME;
      if (left.length < length) break;
      left = left.subarray(length);
    }
    return found;
  };
}
