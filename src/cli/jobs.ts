// `lakh jobs`: see jobs, and change them.
import { cancelVerb, deleteVerb, retryVerb, runNowVerb } from "./change-verbs.ts";
import { subcommands } from "./subcommands.ts";

/** The verbs. */
export const jobs = subcommands("jobs", {
  list: async () => (await import("./jobs-list.ts")).listJobs,
  get: async () => (await import("./jobs-get.ts")).getJob,
  explain: async () => (await import("./jobs-explain.ts")).explainJob,
  retry: async () => (await import("./jobs-change.ts")).changeCommand(retryVerb),
  "run-now": async () => (await import("./jobs-change.ts")).changeCommand(runNowVerb),
  cancel: async () => (await import("./jobs-change.ts")).changeCommand(cancelVerb),
  delete: async () => (await import("./jobs-change.ts")).changeCommand(deleteVerb),
});
