// `lakh jobs retry|run-now|cancel|delete`: by ids, or all that match a filter.
import { readCommandLine } from "../server/flags.ts";
import { changeJobs } from "./change-jobs.ts";
import { type ChangeVerb, retryVerb } from "./change-verbs.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { readSelected, selectionFlags } from "./selection-flags.ts";
import { spreadFlags } from "./spread-flags.ts";
import { withAdmin } from "./with-admin.ts";

/** The command of one verb. */
export function changeCommand(verb: ChangeVerb): Command {
  const shapes = { ...commonFlags, ...selectionFlags, ...(verb === retryVerb ? spreadFlags : {}) };
  return async (argv, terminal) => {
    const line = readCommandLine(argv, shapes);
    const flags = readCommonFlags(line, terminal);
    const selected = await readSelected(line, terminal);
    return withAdmin(flags, (calls) => changeJobs({ verb, selected, line, flags, calls }, terminal));
  };
}
