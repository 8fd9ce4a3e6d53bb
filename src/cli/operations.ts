// `lakh operations`: changes of many jobs, under way and over.
import { subcommands } from "./subcommands.ts";

/** The verbs. */
export const operations = subcommands("operations", {
  list: async () => (await import("./operations-list.ts")).listOperations,
  get: async () => (await import("./operations-get.ts")).getOperation,
  stop: async () => (await import("./operations-get.ts")).stopOperation,
});
