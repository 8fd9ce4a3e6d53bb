// `lakh workers`: see workers, and send them home.
import { subcommands } from "./subcommands.ts";

/** The verbs. */
export const workers = subcommands("workers", {
  list: async () => (await import("./workers-list.ts")).listWorkers,
  drain: async () => (await import("./workers-drain.ts")).drainWorkers,
});
