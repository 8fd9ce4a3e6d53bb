// One HTTP/2 connection to a server, over which any number of calls go.
import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

/** Where the server is, and whom to trust. */
export interface ServerAddress {
  /** Default `http://127.0.0.1:50051`. With `https:` the connection is encrypted. */
  readonly url?: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | Uint8Array;
}

const readMaxBytes = 16 * 1024 * 1024;

/** A connection. It is made at the first call, and made again at a call after it broke. */
export class Connection {
  readonly transport: Transport;
  readonly #sessions: Http2SessionManager;

  /** @throws {TypeError} when the URL is not one, or neither http: nor https: */
  constructor(address: ServerAddress) {
    const { url = "http://127.0.0.1:50051", ca } = address;
    const { protocol } = new URL(url);
    if (protocol !== "http:" && protocol !== "https:") {
      throw new TypeError(`${url} is no server's URL: it must start with http:// or https://`);
    }

    // No pingIntervalMs: its timer may ping a destroyed session and take the process down (connectrpc/connect-es#1795).
    this.#sessions = new Http2SessionManager(url, undefined, {
      settings: { initialWindowSize: 1024 * 1024, enablePush: false },
      ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : Buffer.from(ca) }),
    });
    // No compression: between machines of one network it costs more time than it saves.
    this.transport = createGrpcTransport({
      baseUrl: url,
      sessionManager: this.#sessions,
      acceptCompression: [],
      readMaxBytes,
    });
  }

  /** Ends the connection and every call on it. */
  close(reason?: Error): void {
    this.#sessions.abort(reason);
  }
}
