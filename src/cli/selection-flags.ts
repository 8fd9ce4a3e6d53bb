// Which jobs a command changes: by their ids, or by a filter together with the word that all of its matches are meant.
import { createInterface } from "node:readline";
import type { JobFilter } from "../client/wire-json.ts";
import { Complaint } from "../server/complaint.ts";
import type { CommandLine, FlagShapes } from "../server/flags.ts";
import { isOn, one } from "./common-flags.ts";
import { isEverything, readFilter } from "./filter-flag.ts";
import type { Terminal } from "./terminal.ts";

/** Their shapes. */
export const selectionFlags = {
  filter: { takes: "value" },
  "all-matching": { takes: "nothing" },
  everything: { takes: "nothing" },
  "dry-run": { takes: "nothing" },
  yes: { takes: "nothing", short: "y" },
  "no-wait": { takes: "nothing" },
} as const satisfies FlagShapes;

/** Which jobs. */
export type Selected =
  | { readonly ids: readonly string[] }
  | { readonly filter: JobFilter; readonly everything: boolean };

/** Reads ids (`-` for one a line from stdin) or a filter. @throws {Complaint} */
export async function readSelected(line: CommandLine, terminal: Terminal): Promise<Selected> {
  const ids = line.words;
  const text = one(line, "filter");
  const everything = isOn(line, "everything");
  const ways = [ids.length > 0, text !== undefined, everything].filter(Boolean).length;
  if (ways !== 1) {
    const why = ways === 0 ? "it is not said which jobs" : "jobs are named in two ways";
    throw new Complaint(why, "Give ids, or --filter '...' with --all-matching, or --everything.");
  }

  if (everything) return { filter: readFilter("", terminal.now()), everything };
  if (text !== undefined) return { filter: filterToChange(text, line, terminal), everything: false };
  return { ids: ids.length === 1 && ids[0] === "-" ? await idsFrom(terminal) : ids };
}

function filterToChange(text: string, line: CommandLine, terminal: Terminal): JobFilter {
  const filter = readFilter(text, terminal.now());
  if (isEverything(filter))
    throw new Complaint("the filter is empty, so it matches every job", "Write --everything.");

  refuseUnlessAllMeant(line);
  return filter;
}

/** A filter may match more than somebody thinks. @throws {Complaint} unless it is only tried, or all are meant */
export function refuseUnlessAllMeant(line: CommandLine): void {
  if (isOn(line, "dry-run") || isOn(line, "all-matching")) return;

  throw new Complaint(
    "a filter may match many jobs",
    "See which with --dry-run, then add --all-matching to change all of them.",
  );
}

async function idsFrom(terminal: Terminal): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const text of createInterface({ input: terminal.stdin })) {
    const id = text.trim();
    if (id !== "") ids.push(id);
  }
  if (ids.length === 0) throw new Complaint("there are no ids on stdin", "Write one id a line.");
  return ids;
}
