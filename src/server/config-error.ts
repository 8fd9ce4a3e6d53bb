// How a wrong configuration is told to the person who wrote it.
import { Complaint } from "./complaint.ts";

/** The configuration is wrong. The message is for the person who wrote it: `what failed: why. What to do.` */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Adds what failed to a complaint about a text. */
export function complaining<T>(whatFailed: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof Complaint)) throw cause;
    throw new ConfigError(cause.about(whatFailed), { cause });
  }
}

/** Makes a fault of the file system, or of the TOML parser, a message for people. */
export function faulting<T>(whatFailed: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).trim().split("\n")[0] ?? "";
    throw new ConfigError(`${whatFailed}: ${why}. Correct the file or its permissions.`, { cause });
  }
}
