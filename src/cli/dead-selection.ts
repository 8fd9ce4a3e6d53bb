// Which dead jobs: those of one group, those that match a filter besides being dead, or all.
import type { JobFilter } from "../client/wire-json.ts";
import { Complaint } from "../server/complaint.ts";
import type { CommandLine } from "../server/flags.ts";
import { isOn, one } from "./common-flags.ts";
import { readFilter } from "./filter-flag.ts";
import type { Terminal } from "./terminal.ts";

/** Reads it from the words and flags; undefined when nothing says which. @throws {Complaint} */
export function readDeadFilter(line: CommandLine, terminal: Terminal): JobFilter | undefined {
  const [group, extra] = line.words;
  const text = one(line, "filter");
  if (extra !== undefined)
    throw new Complaint(`"${extra}" is one word too many`, "Name one group at a time.");
  if (group !== undefined && !/^[0-9a-f]{16}$/.test(group)) {
    throw new Complaint(`"${group}" is no group`, "Copy its 16 digits from lakh dead groups.");
  }
  if (isOn(line, "everything") && (group ?? text) !== undefined) {
    throw new Complaint("--everything is more than that", "Leave it out.");
  }
  if (group === undefined && text === undefined && !isOn(line, "everything")) return undefined;

  const own = readFilter(text ?? "", terminal.now());
  if (own.states.length > 0 || own.retrying) {
    throw new Complaint("lakh dead is about dead jobs alone", "Leave the state out, or use lakh jobs.");
  }
  if (group !== undefined && own.errorGroup !== "")
    throw new Complaint("the group is named twice", "Keep one.");
  return readFilter(
    `${text ?? ""} state:dead${group === undefined ? "" : ` group:${group}`}`,
    terminal.now(),
  );
}
