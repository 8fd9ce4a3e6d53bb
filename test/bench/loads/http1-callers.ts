// Callers over HTTP/1.1, as lean as they can be: prepared bytes on bare sockets, one request at a time on each. A client
// of node:http costs more than the server that it is to measure.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Call, Callers, Tally } from "./callers.ts";

/** Opens one connection for each caller. */
export async function openHttp1Callers(url: string, count: number, call: Call): Promise<Callers> {
  const { hostname, port, host } = new URL(url);
  const request = requestBytes(host, call);
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      await once(socket, "connect");
      return socket;
    }),
  );
  return {
    async callUntil(tally) {
      await Promise.all(sockets.map((socket) => ask(socket, request, tally)));
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function requestBytes(host: string, { path, headers, body }: Call): Buffer {
  const fields = Object.entries({ host, ...headers, "content-length": String(body.length) });
  const head = [`POST ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
}

/** Asks once, and again after each answer until the tally has enough. */
function ask(socket: Socket, request: Buffer, tally: Tally): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let heard = "";
  const hear = (chunk: Buffer) => {
    heard += chunk.toString("latin1");
    if (!isWhole(heard)) return;

    if (!heard.startsWith("HTTP/1.1 200")) reject(new Error(`answered with ${heard.slice(0, 200)}`));
    heard = "";
    if (tally.another()) socket.write(request);
    else resolve();
  };
  socket.on("data", hear).once("error", reject).once("close", reject);
  socket.write(request);
  return promise.finally(() => socket.off("data", hear).off("error", reject).off("close", reject));
}

/** Whether this is a whole response, by its length or by its last chunk. */
function isWhole(heard: string): boolean {
  const headEnd = heard.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;

  const head = heard.slice(0, headEnd).toLowerCase();
  const lengthAt = head.indexOf("\r\ncontent-length:");
  if (lengthAt < 0) return heard.endsWith("\r\n0\r\n\r\n");
  return heard.length >= headEnd + 4 + Number.parseInt(head.slice(lengthAt + 17), 10);
}
