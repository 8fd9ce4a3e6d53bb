// `lakh dead`: jobs that are given up, grouped by what went wrong; and what can be done about them.
import { deleteVerb, retryVerb } from "./change-verbs.ts";
import { subcommands } from "./subcommands.ts";

/** The verbs. */
export const dead = subcommands("dead", {
  groups: async () => (await import("./dead-groups.ts")).listDeadGroups,
  retry: async () => (await import("./dead-change.ts")).changeDead({ ...retryVerb, words: "dead retry" }),
  delete: async () => (await import("./dead-change.ts")).changeDead({ ...deleteVerb, words: "dead delete" }),
  export: async () => (await import("./dead-export.ts")).exportDead,
});
