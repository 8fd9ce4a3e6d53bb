// `lakh dead retry` and `lakh dead delete`: a group, those that match a filter, or all.
import { Complaint } from "../server/complaint.ts";
import { readCommandLine } from "../server/flags.ts";
import { changeJobs } from "./change-jobs.ts";
import type { ChangeVerb } from "./change-verbs.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { readDeadFilter } from "./dead-selection.ts";
import { refuseUnlessAllMeant, selectionFlags } from "./selection-flags.ts";
import { spreadFlags } from "./spread-flags.ts";
import { withAdmin } from "./with-admin.ts";

/** The command of one verb. Naming a group means all of it; a filter needs --all-matching. */
export function changeDead(verb: ChangeVerb): Command {
  const shapes = { ...commonFlags, ...selectionFlags, ...(verb.destroys ? {} : spreadFlags) };
  return async (argv, terminal) => {
    const line = readCommandLine(argv, shapes);
    const flags = readCommonFlags(line, terminal);
    const filter = readDeadFilter(line, terminal);
    if (filter === undefined) {
      throw new Complaint(
        "it is not said which jobs",
        "Give a GROUP, or --filter '...' with --all-matching, or --everything.",
      );
    }
    if (line.flags.has("filter")) refuseUnlessAllMeant(line);

    const selected = { filter, everything: false };
    return withAdmin(flags, (calls) => changeJobs({ verb, selected, line, flags, calls }, terminal));
  };
}
