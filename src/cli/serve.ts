// `lakh serve`: reads the configuration and becomes the server.
import { readConfig } from "../server/config.ts";
import type { Command } from "./commands.ts";

/** Runs the server until it is told to stop; the server sets the exit code. @throws {ConfigError} */
export const serve: Command = async (argv, terminal) => {
  const config = readConfig({ argv, env: terminal.env });
  const server = await import("../server/server.ts");
  await server.serve(config);
  return undefined;
};
