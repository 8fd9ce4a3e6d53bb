// `lakh queues`: see queues, pause and resume them.
import { subcommands } from "./subcommands.ts";

/** The verbs. */
export const queues = subcommands("queues", {
  list: async () => (await import("./queues-list.ts")).listQueues,
  get: async () => (await import("./queues-get.ts")).getQueue,
  pause: async () => (await import("./queues-pause.ts")).pauseQueues,
  resume: async () => (await import("./queues-pause.ts")).resumeQueues,
});
