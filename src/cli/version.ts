// `lakh version`: which program this is.
import { VERSION } from "../server/version.ts";
import type { Command } from "./commands.ts";

/** Prints the versions of Lakh and of Node. */
export const version: Command = async (_argv, terminal) => {
  await terminal.out.write(`lakh ${VERSION} (node ${process.versions.node})\n`);
  return 0;
};
