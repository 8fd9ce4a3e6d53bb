// The flags of every command that talks to a server.

import { Complaint } from "../server/complaint.ts";
import { serverUrl } from "../server/config.ts";
import type { CommandLine, FlagShapes } from "../server/flags.ts";
import { readShape, type Shape } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** Their shapes. */
export const commonFlags = {
  server: { takes: "value" },
  output: { takes: "value", short: "o" },
} as const satisfies FlagShapes;

/** Their values. */
export interface CommonFlags {
  readonly url: string;
  readonly shape: Shape;
}

/** Reads them. @throws {Complaint} */
export function readCommonFlags(line: CommandLine, terminal: Terminal): CommonFlags {
  const url = one(line, "server") ?? serverUrl(terminal.env);
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol !== "http:" && protocol !== "https:") {
    throw new Complaint(`"${url}" is no server`, "Write a URL such as http://127.0.0.1:50051.");
  }

  return { url, shape: readShape(one(line, "output")) };
}

/** The value of a flag that is given once or not at all. */
export function one(line: CommandLine, name: string): string | undefined {
  return line.flags.get(name)?.[0];
}

/** Whether a switch is on. */
export function isOn(line: CommandLine, name: string): boolean {
  return one(line, name) === "true";
}

/** What the text says, if there is one. */
export function ifGiven<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}
