// The server's log: structured lines for machines, readable ones for people at a terminal. On standard error, since
// standard output belongs to data.
import { type Logger, pino } from "pino";
import { PinoPretty } from "pino-pretty";
import type { Config } from "./config.ts";

export type { Logger };

const STDERR = 2;

export function buildLog(level: Config["logLevel"], terminal: boolean): Logger {
  // Synchronous, so that the last line before an exit is not lost.
  const destination = terminal
    ? PinoPretty({
        destination: STDERR,
        sync: true,
        singleLine: true,
        ignore: "pid,hostname,version",
        translateTime: "SYS:HH:MM:ss.l",
      })
    : pino.destination({ dest: STDERR, sync: true });
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
