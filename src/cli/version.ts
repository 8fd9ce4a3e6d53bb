// `lakh version`: which program this is.
import { readFileSync } from "node:fs";
import type { Command } from "./commands.ts";

/** The version of this package. */
export function packageVersion(): string {
  // As far away from src/cli as from dist/cli.
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Prints the versions of Lakh and of Node. */
export const version: Command = async (_argv, terminal) => {
  await terminal.out.write(`lakh ${packageVersion()} (node ${process.versions.node})\n`);
  return 0;
};
