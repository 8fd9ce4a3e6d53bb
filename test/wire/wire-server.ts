// A whole server on a port of its own, for tests that speak to it as strangers do.
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { readConfig } from "../../src/server/config.ts";
import { openServer, type ServerParts } from "../../src/server/server.ts";
import { EVERY_SERVER } from "../server/every-server.ts";

/** A line of the server's log. */
export interface LogLine {
  /** 50 is an error, 40 a warning. */
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface WireServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** What it has logged, debug and up. */
  readonly lines: readonly LogLine[];
  /** The first line that has these fields, now or when it comes. */
  logged(fields: Readonly<Record<string, unknown>>): Promise<LogLine>;
  /** Ends without grace; what is stored stays. */
  stop(): Promise<void>;
  /** Ends as a server does that is told to: workers may finish what they hold. */
  drain(): Promise<void>;
}

export interface WireServerOptions extends Omit<ServerParts, "log"> {
  /** More flags. */
  readonly argv?: readonly string[];
  /** Where jobs are kept. Default: memory. */
  readonly store?: string;
}

export async function openWireServer(options: WireServerOptions = {}): Promise<WireServer> {
  const { argv = [], store = "memory:", ...parts } = options;
  const lines: LogLine[] = [];
  const news = new EventEmitter();
  const write = (line: string) => {
    lines.push(JSON.parse(line));
    news.emit("line");
  };
  const log = pino({ level: "debug" }, { write });
  const path = EVERY_SERVER.stockRpc ? ["--stock-rpc"] : [];
  const config = readConfig({ argv: ["--listen", "127.0.0.1:0", "--store", store, ...path, ...argv] });
  const server = await openServer(config, { ...parts, log });
  const stop = () => server.stop("now");
  const port = Number(new URL(server.url).port);
  const logged = async (fields: Readonly<Record<string, unknown>>) => {
    for (;;) {
      const found = lines.find((line) =>
        Object.entries(fields).every(([name, value]) => line[name] === value),
      );
      if (found) return found;
      await once(news, "line");
    }
  };
  return {
    url: server.url,
    port,
    lines,
    logged,
    stop,
    drain: () => server.stop(),
    [Symbol.asyncDispose]: stop,
  };
}

/** A store in a directory that goes with the test. */
export async function openDirectory(): Promise<AsyncDisposable & { readonly store: string }> {
  const directory = await mkdtemp(join(tmpdir(), "lakh-wire-"));
  return {
    store: `sqlite:${join(directory, "data")}`,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}
