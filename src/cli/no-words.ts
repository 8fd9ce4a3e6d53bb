// What somebody is told who writes a word where a command takes flags only.
import { Complaint } from "../server/complaint.ts";
import type { CommandLine } from "../server/flags.ts";

/** @throws {Complaint} when there are words */
export function noWords({ words }: CommandLine, instead: string): void {
  const [word] = words;
  if (word !== undefined) throw new Complaint(`"${word}" is one word too many`, `Write ${instead}.`);
}

/** The one word that a command wants. @throws {Complaint} when there is none, or more */
export function onlyWord({ words }: CommandLine, what: string, usage: string): string {
  const [word, extra] = words;
  if (word === undefined) throw new Complaint(`${what} is missing`, `Write ${usage}.`);
  if (extra !== undefined) throw new Complaint(`"${extra}" is one word too many`, `Write ${usage}.`);

  return word;
}
