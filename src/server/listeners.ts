// One server on several addresses. Fastify listens on the first; further ones hand their connections to the same server,
// so that every connection has the same timeouts and ends at the same close().
import { createServer, type Server, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { type ListenAddress, showListenAddress } from "./listen-address.ts";

/** Listens on every address and says on which it does. Throws when a required one cannot be had. */
export async function listenOn(
  app: FastifyInstance,
  addresses: readonly ListenAddress[],
): Promise<ListenAddress[]> {
  const [first, ...others] = addresses;
  if (!first) throw new Error("no address to listen on");
  await explained(first, () =>
    app.listen({ host: first.host, port: first.port, ipv6Only: first.host === "::" }),
  );
  const port = portOf(app.server);
  const listening = [{ ...first, port }];

  for (const address of others) {
    // Port 0 stands for the port that the first address was given.
    const wanted = { ...address, port: address.port === 0 ? port : address.port };
    const server = await listenBeside(app, wanted);
    if (server) listening.push({ ...wanted, port: portOf(server) });
  }
  return listening;
}

async function listenBeside(app: FastifyInstance, address: ListenAddress): Promise<Server | undefined> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
    app.server.emit("connection", socket);
  });
  try {
    await explained(address, () => listening(server, address));
  } catch (error) {
    if (address.required) throw error;
    return undefined;
  }
  app.server.once("close", () => server.close());
  return server;
}

function listening(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: host === "::" }, () => resolve());
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there. Stop it, or choose another --listen",
  EACCES: "this user may not. Choose a port above 1023, or another user",
  EADDRNOTAVAIL: "this machine does not have that address. Choose another --listen",
};

async function explained(address: ListenAddress, listen: () => Promise<unknown>): Promise<void> {
  try {
    await listen();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = REASONS[code ?? ""] ?? message;
    throw new Error(`cannot listen on ${showListenAddress(address)}: ${why}`, { cause: error });
  }
}

function portOf(server: Pick<Server, "address">): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
