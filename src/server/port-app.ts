// Everything that answers on the port: the RPCs, health for machines that speak plain HTTP, and the page.
import { readFileSync } from "node:fs";
import { fastify } from "fastify";
import type { Broker } from "../broker/broker.ts";
import { CallCounts } from "../rpc/call-counts.ts";
import type { HealthRegistry } from "../rpc/health.ts";
import { ORIGINAL_JOIN_PATH } from "../rpc/original.ts";
import { interceptors, registerServices } from "../rpc/services.ts";
import { STREAM_CODECS } from "../rpc/stream-codecs.ts";
import type { Config } from "./config.ts";
import { connectPlugin } from "./connect-plugin.ts";
import type { Logger } from "./log.ts";
import { buildOnePort, type OnePortServer } from "./one-port.ts";
import { servePage } from "./page.ts";
import { readPageFiles } from "./page-files.ts";
import { buildSystemFacts } from "./system-facts.ts";
import { answerUnknownPath } from "./unknown-path.ts";
import { VERSION } from "./version.ts";
import type { Vitals } from "./vitals.ts";

/** Behind by more than this, dispatch is stuck: say so to whoever routes traffic here. */
const KEEPER_LAG_MS_MAX = 5_000;
/** How long streams that are still open when the port closes have to end. */
const STREAMS_END_MS = 500;

export interface PortParts {
  readonly broker: Broker;
  readonly health: HealthRegistry;
  readonly log: Logger;
  readonly vitals: Vitals;
  readonly storeBytes: () => Promise<number>;
}

export async function buildPortApp(
  config: Pick<Config, "tls" | "environment" | "store" | "settings" | "stockRpc">,
  { broker, health, log, vitals, storeBytes }: PortParts,
) {
  const { tls, environment } = config;
  const files = tls && { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
  const onePort = buildOnePort(files ? { tls: files, cleartext: true } : {});
  let server: OnePortServer | undefined;
  const app = fastify({
    serverFactory(handler) {
      server = logConnections(onePort(handler), log);
      return server;
    },
    forceCloseConnections: "idle",
  });
  const parts = {
    broker,
    health,
    log,
    calls: new CallCounts(),
    facts: buildSystemFacts({
      config,
      vitals,
      startedAt: broker.clock.now(),
      connections: () => server?.countConnections() ?? 0,
      storeBytes,
    }),
    server: { version: VERSION, environment: environment.name, environmentColor: environment.color },
  };
  await app.register(connectPlugin, {
    routes: (router) => registerServices(router, parts),
    interceptors: interceptors(parts),
    log,
    shutdownTimeoutMs: STREAMS_END_MS,
    stockRpc: config.stockRpc,
    codecs: STREAM_CODECS,
    flushHeadersOf: new Set([ORIGINAL_JOIN_PATH]),
  });
  app.get("/livez", (_request, reply) => reply.type("text/plain").send("ok\n"));
  app.get("/readyz", (_request, reply) => {
    const why = notReady(broker);
    return reply
      .code(why ? 503 : 200)
      .type("text/plain")
      .send(`${why ?? "ok"}\n`);
  });
  const page = readPageFiles();
  if (!page) log.warn("the dashboard was not built: npm run build:web");
  servePage(app, page);
  app.setNotFoundHandler(answerUnknownPath);
  return app;
}

function notReady(broker: Broker): string | undefined {
  if (broker.isDraining) return "draining";
  return broker.keeperLagMs() > KEEPER_LAG_MS_MAX ? "stuck" : undefined;
}

function logConnections(server: OnePortServer, log: Logger): OnePortServer {
  server.on("connection", ({ remoteAddress, remotePort }) => {
    log.debug({ peer: `${remoteAddress}:${remotePort}` }, "connection opened");
  });
  return server;
}
