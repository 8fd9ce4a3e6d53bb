// One port for HTTP/1.1, for HTTP/2 in cleartext (prior knowledge) and for TLS (ALPN h2 or http/1.1).
//
// The server that listens is a real http.Server, because Node's header and request timeouts, keep-alive and
// close() hang on its own `listening` event. Its `connection` event is taken over: each socket shows its first
// bytes and is then handed to HTTP/1.1, HTTP/2 or TLS. Why so: docs/decisions/0002-one-port.md.
import { createServer as createHttp1, type RequestListener, type Server } from "node:http";
import {
  createServer as createHttp2,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import type { Socket } from "node:net";
import {
  createServer as createTls,
  type TLSSocket,
  type TlsOptions,
  type Server as TlsServer,
} from "node:tls";
import { Http2Peer } from "./http2-peer.ts";
import { http1Options, http2Options, type PortLimits, portLimits } from "./port-limits.ts";
import { sniffProtocol, type WireProtocol } from "./sniff.ts";

export interface OnePortOptions {
  /** Certificate and key, and what else Node's TLS takes; absent: cleartext only. */
  readonly tls?: TlsOptions;
  /** Whether cleartext is served as well. Default: only when there is no TLS. */
  readonly cleartext?: boolean;
  /** Bounds that differ from the table. */
  readonly limits?: Partial<PortLimits>;
}

/** What Fastify closes: it calls the third of these hooks when a server has it, the others it knows. */
export interface OnePortServer extends Server {
  /** Sends GOAWAY to each HTTP/2 peer and lets open streams finish. */
  closeHttp2Sessions(): void;
  /** Connections of every protocol and on every address; Node's own count knows those of the first address only. */
  countConnections(): number;
}

/**
 * Makes Fastify's `serverFactory`. Listen on an address (`127.0.0.1`, `0.0.0.0`, `::`), not on "localhost", of
 * which a server from a factory binds one address family only. Closing ends within `closeTimeoutMs`.
 */
export function buildOnePort(options: OnePortOptions = {}): (handler: RequestListener) => OnePortServer {
  const limits = { ...portLimits, ...options.limits };
  return (handler) => new OnePort(handler, limits, options).server;
}

/** Requests of both HTTP versions go to one handler; Fastify types it for HTTP/1.1 alone, and reads from both. */
type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

const sweepIntervalMs = 100;

class OnePort {
  readonly server: OnePortServer;
  readonly #http2: Http2Server;
  readonly #tls: TlsServer | undefined;
  readonly #cleartext: boolean;
  readonly #limits: PortLimits;
  readonly #toHttp1: (socket: Socket) => void;
  readonly #closeIdleHttp1: () => void;
  readonly #sockets = new Set<Socket>();
  readonly #http2Peers = new Set<Http2Peer>();
  /** Sockets that have not shown their protocol or not finished their handshake, by peer. */
  readonly #undecided = new Map<string, Socket>();

  constructor(handler: RequestListener, limits: PortLimits, options: OnePortOptions) {
    this.#limits = limits;
    const http1 = createHttp1(http1Options(limits), handler);
    this.#toHttp1 = takeConnectionListener(http1);
    this.#closeIdleHttp1 = http1.closeIdleConnections.bind(http1);
    this.#http2 = createHttp2(http2Options(limits), handler as unknown as Http2Listener);
    this.#tls = options.tls && this.#buildTls(options.tls);
    this.#cleartext = options.cleartext ?? options.tls === undefined;

    // Fastify looks these up when fastify() is called, so they must be there before the factory returns.
    this.server = Object.assign(http1, {
      closeHttp2Sessions: () => this.#closeSessions(),
      closeIdleConnections: () => this.#closeIdle(),
      closeAllConnections: () => this.#closeAll(),
      countConnections: () => this.#sockets.size,
    });
    this.server.on("connection", (socket: Socket) => this.#accept(socket));
  }

  #accept(socket: Socket): void {
    const peer = peerOf(socket);
    this.#sockets.add(socket);
    this.#undecided.set(peer, socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#undecided.delete(peer);
    });
    sniffProtocol(socket, this.#limits.sniffTimeoutMs, (protocol) => this.#handOver(socket, protocol));
  }

  #handOver(socket: Socket, protocol: WireProtocol): void {
    const served = protocol === "tls" ? this.#tls !== undefined : this.#cleartext;
    if (!served) {
      socket.destroy();
      return;
    }

    if (protocol === "tls") {
      socket.allowHalfOpen = false;
      socket.on("error", () => socket.destroy()); // the TLS socket on top of it tells who needs to know
      this.#tls?.emit("connection", socket); // and it stays undecided until its handshake is done
      return;
    }
    this.#undecided.delete(peerOf(socket));
    if (protocol === "http2") this.#toHttp2(socket);
    else this.#toHttp1(socket);
  }

  #toHttp2(socket: Socket): void {
    socket.allowHalfOpen = false;
    // Node emits `session` within `connection`, and tells no other way which socket a session has.
    this.#http2.once("session", (session) => {
      const peer = new Http2Peer(session, socket, this.#limits);
      this.#http2Peers.add(peer);
      socket.once("close", () => this.#http2Peers.delete(peer));
    });
    this.#http2.emit("connection", socket);
  }

  #buildTls(options: TlsOptions): TlsServer {
    const tls = createTls({
      minVersion: "TLSv1.2",
      ...options,
      ALPNProtocols: ["h2", "http/1.1"],
      handshakeTimeout: this.#limits.handshakeTimeoutMs,
    });
    tls.on("tlsClientError", (_error, socket) => socket.destroy());
    tls.on("secureConnection", (socket: TLSSocket) => {
      this.#undecided.delete(peerOf(socket));
      if (socket.alpnProtocol === "h2") this.#toHttp2(socket);
      else this.#toHttp1(socket);
    });
    return tls;
  }

  #closeIdle(): void {
    this.#closeIdleHttp1();
    for (const socket of this.#undecided.values()) socket.destroy(); // or close() waits out their timeouts
  }

  // Fastify calls this once, when it closes. From then on Node enforces no HTTP/1.1 timeout any more and keeps
  // connections that fall idle, so we sweep those, and at the end of our patience destroy whatever is left.
  #closeSessions(): void {
    for (const peer of this.#http2Peers) peer.sendAway();
    const sweep = setInterval(() => this.#closeIdle(), sweepIntervalMs);
    const patience = setTimeout(() => this.#closeAll(), this.#limits.closeTimeoutMs);
    this.server.once("close", () => {
      clearInterval(sweep);
      clearTimeout(patience);
    });
  }

  #closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Takes over the `connection` event: answers what Node itself would have done with a connection. */
function takeConnectionListener(server: Server): (socket: Socket) => void {
  const [listener, ...others] = server.listeners("connection");
  if (listener === undefined || others.length > 0) throw new Error("http.Server listens in an unknown way");

  server.removeAllListeners("connection");
  return (socket) => listener.call(server, socket);
}

/** What a socket and the TLS socket on top of it have in common, and no other open connection has. */
function peerOf(socket: Socket): string {
  return `${socket.remoteAddress}|${socket.remotePort}|${socket.localAddress}`;
}
