// Finds HTTP/2 peers that are gone without a word, and lets go of those that have nothing more to say.
// A peer whose machine or network vanished sends no FIN, and connect sends no PING, so we do.
import type { Http2Server, ServerHttp2Session } from "node:http2";
import type { PortLimits } from "./port-limits.ts";

type KeepaliveLimits = Pick<
  PortLimits,
  "pingIntervalMs" | "pingTimeoutMs" | "sessionIdleMs" | "connectionWindowBytes"
>;

/** Pings every session of the server, closes idle ones, and widens their connection window. */
export function keepSessionsAlive(server: Http2Server, limits: KeepaliveLimits): void {
  server.on("session", (session) => {
    // The stream window of SETTINGS does not touch the window of the connection.
    session.setLocalWindowSize(limits.connectionWindowBytes);
    pingWhileOpen(session, limits);
    closeWhenIdle(session, limits.sessionIdleMs);
  });
}

function pingWhileOpen(session: ServerHttp2Session, limits: KeepaliveLimits): void {
  let timer = setTimeout(ping, limits.pingIntervalMs).unref();
  session.once("close", () => clearTimeout(timer));

  function ping(): void {
    if (session.destroyed) return; // ping() on a destroyed session throws
    const heardBefore = session.socket.bytesRead;
    timer = setTimeout(() => giveUpUnlessHeard(heardBefore), limits.pingTimeoutMs).unref();
    session.ping(pingLater);
  }

  // On a slow line the answer may queue behind the peer's own upload: whoever sends is alive.
  function giveUpUnlessHeard(heardBefore: number): void {
    if (session.destroyed) return;
    if (session.socket.bytesRead === heardBefore) session.destroy();
    else pingLater();
  }

  function pingLater(): void {
    clearTimeout(timer);
    if (session.destroyed) return;
    timer = setTimeout(ping, limits.pingIntervalMs).unref();
  }
}

// Node's session timeout is renewed by whatever streams do, but not by PINGs.
function closeWhenIdle(session: ServerHttp2Session, idleMs: number): void {
  let open = 0;
  session.on("stream", (stream) => {
    open++;
    stream.once("close", () => open--);
  });
  session.setTimeout(idleMs, () => {
    if (open === 0) session.close();
  });
}
