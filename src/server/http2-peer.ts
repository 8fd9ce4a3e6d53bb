// One HTTP/2 peer: is it alive, is it of use, and does it go when it is sent away?
// A peer whose machine or network vanished sends no FIN, and connect sends no PING, so we do. A session that has
// been closed waits for its peer's FIN without end, and destroying it changes nothing, so the socket is cut.
import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { PortLimits } from "./port-limits.ts";

export class Http2Peer {
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  readonly #limits: PortLimits;
  #openStreams = 0;
  #isLeaving = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #goodbye: NodeJS.Timeout | undefined;

  /** The socket is the one that the session reads from: the TLS socket if there is TLS. */
  constructor(session: ServerHttp2Session, socket: Socket, limits: PortLimits) {
    this.#session = session;
    this.#socket = socket;
    this.#limits = limits;
    // The stream window of SETTINGS does not touch the window of the connection.
    session.setLocalWindowSize(limits.connectionWindowBytes);
    session.on("stream", (stream) => {
      this.#openStreams++;
      stream.once("close", () => this.#streamClosed());
    });
    // Node's session timeout is renewed by whatever streams do, but not by PINGs.
    session.setTimeout(limits.sessionIdleMs, () => this.#sendAwayIfIdle());
    socket.once("close", () => this.#forget());
    this.#pingLater();
  }

  /** Tells the peer to open no more streams (GOAWAY), lets the open ones finish, and then sees it off. */
  sendAway(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#session.close();
    this.#seeOffIfDone();
  }

  #streamClosed(): void {
    this.#openStreams--;
    this.#seeOffIfDone();
  }

  #sendAwayIfIdle(): void {
    if (this.#openStreams === 0) this.sendAway();
  }

  #seeOffIfDone(): void {
    if (!this.#isLeaving || this.#openStreams > 0 || this.#socket.destroyed) return;
    this.#goodbye = setTimeout(() => this.#socket.destroy(), this.#limits.goodbyeTimeoutMs);
  }

  #pingLater(): void {
    clearTimeout(this.#heartbeat);
    this.#heartbeat = setTimeout(() => this.#ping(), this.#limits.pingIntervalMs);
  }

  #ping(): void {
    if (this.#session.destroyed) return; // ping() would throw
    const heardBefore = this.#socket.bytesRead;
    this.#heartbeat = setTimeout(() => this.#cutUnlessHeard(heardBefore), this.#limits.pingTimeoutMs);
    this.#session.ping((error) => {
      if (!error) this.#pingLater();
    });
  }

  // On a slow line the answer may queue behind the peer's own upload: whoever sends is alive.
  #cutUnlessHeard(heardBefore: number): void {
    if (this.#socket.bytesRead === heardBefore) this.#socket.destroy();
    else this.#pingLater();
  }

  #forget(): void {
    clearTimeout(this.#heartbeat);
    clearTimeout(this.#goodbye);
  }
}
