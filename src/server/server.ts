// The program's table of contents: what the server is made of, in which order it comes up, and in which order it goes.
import { performance } from "node:perf_hooks";
import { Broker } from "../broker/broker.ts";
import { type Clock, SystemClock } from "../broker/clock.ts";
import { HealthRegistry } from "../rpc/health.ts";
import { SERVICES } from "../rpc/services.ts";
import { openStore } from "../store/open.ts";
import type { Store, StoreFault } from "../store/store.ts";
import type { Config } from "./config.ts";
import { type ListenAddress, showListenAddress } from "./listen-address.ts";
import { listenOn } from "./listeners.ts";
import type { Logger } from "./log.ts";
import { buildLog } from "./log.ts";
import { buildPortApp } from "./port-app.ts";
import { warnOfUnserved } from "./unserved.ts";
import { VERSION } from "./version.ts";
import { Vitals } from "./vitals.ts";
import { welcome } from "./welcome.ts";

/** What a test may put in the place of the real thing. */
export interface ServerParts {
  readonly log?: Logger;
  readonly clock?: Clock;
  readonly openStore?: (config: Config, clock: Clock, vitals: Vitals) => Promise<Store>;
}

export interface RunningServer {
  readonly addresses: readonly ListenAddress[];
  /** `http://host:port` of the first address. */
  readonly url: string;
  /** Resolves when the store has failed for good; the process must end, and not by `stop`. */
  readonly failed: Promise<StoreFault>;
  /**
   * Takes no more jobs, tells workers to drain, gives them the grace to finish, releases what they still hold, ends
   * calls and closes the store. `now`: without the grace. Resolves when all is done; a second call only hurries.
   */
  stop(how?: "now"): Promise<void>;
}

/** Throws an error whose message says what is wrong and what to do. */
export async function openServer(config: Config, parts: ServerParts = {}): Promise<RunningServer> {
  const clock = parts.clock ?? new SystemClock();
  const log = parts.log ?? buildLog(config.logLevel, false);
  const vitals = new Vitals();
  const store = await (parts.openStore ?? openConfiguredStore)(config, clock, vitals);
  const broker = new Broker(store, clock, brokerSettings(config));
  const health = new HealthRegistry();
  const app = await buildPortApp(config, { broker, health, log, vitals, storeBytes: () => store.size() });
  await broker.start();
  const addresses = await listenOn(app, config.listen).catch(async (error: unknown) => {
    await store.close();
    vitals.close();
    throw error;
  });
  vitals.start();
  await broker.history.start(VERSION);
  const stopWarning = warnOfUnserved(broker, log);
  for (const service of ["", ...SERVICES.map(({ typeName }) => typeName)]) health.set(service, true);

  const hurry = Promise.withResolvers<void>();
  const stop = async () => {
    health.shutDown();
    stopWarning();
    const cancelGrace = clock.after(config.shutdownGraceMs, hurry.resolve);
    await Promise.race([broker.drain(), hurry.promise]);
    cancelGrace();
    await broker.release();
    await app.close();
    await broker.stop();
    await store.close();
    vitals.close();
  };
  let stopping: Promise<void> | undefined;
  return {
    addresses,
    url: `http://${addresses[0] ? showListenAddress(addresses[0]) : ""}`,
    failed: store.failed,
    stop(how) {
      if (how === "now") hurry.resolve();
      stopping ??= stop();
      return stopping;
    },
  };
}

function openConfiguredStore(config: Config, clock: Clock, vitals: Vitals): Promise<Store> {
  return openStore(config.store, {
    retention: retentionOf(config),
    chance: () => clock.chance(),
    commits: { stopwatch: () => performance.now(), took: vitals.committed },
  });
}

export function retentionOf(config: Config) {
  return {
    succeeded: config.retentionSucceededMs,
    cancelled: config.retentionCancelledMs,
    dead: config.retentionDeadMs,
  };
}

function brokerSettings(config: Config) {
  const { reservationTimeMs, maxRetries, disconnectGraceMs } = config;
  return {
    defaults: { reservationMs: reservationTimeMs, maxRetries },
    retention: retentionOf(config),
    disconnectGraceMs,
  };
}

/** Serves until SIGTERM or SIGINT; a second one ends the grace. Sets the exit code: 0, or 1 when something failed. */
export async function serve(config: Config, parts: ServerParts = {}): Promise<void> {
  const log = parts.log ?? buildLog(config.logLevel, process.stderr.isTTY === true);
  const server = await openServer(config, { ...parts, log });
  // What is not on disk must not be spoken of, so nothing is ended gracefully.
  server.failed.then((fault) => {
    log.fatal({ err: fault }, fault.message);
    process.exit(1);
  });
  announce(config, server, log);
  const signal = await stopSignal(() => server.stop("now"));
  log.info({ signal }, `stopping: workers have ${config.shutdownGraceMs / 1_000} s to finish`);
  await server.stop();
  log.info("stopped");
}

function announce(config: Config, server: RunningServer, log: Logger): void {
  const listening = server.addresses.map(showListenAddress).join(", ");
  log.info({ version: VERSION }, `Lakh ${VERSION} listens on ${listening}, jobs in ${config.store}`);
  if (config.store === "memory:") log.warn("the store is memory: nothing survives the end of this process");
  const [first] = server.addresses;
  if (process.stderr.isTTY && first) process.stderr.write(welcome(first, config.store));
}

/** Resolves at the first signal; calls at the second. */
function stopSignal(again: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = true;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (first) resolve(signal);
        else again();
        first = false;
      });
    }
  });
}
