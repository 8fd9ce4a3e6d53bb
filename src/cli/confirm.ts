// Asks before something is destroyed.
import { createInterface } from "node:readline";
import { Complaint } from "../server/complaint.ts";
import { escapeControls, type Terminal } from "./terminal.ts";

/** What is asked. */
export interface Question {
  /** `Cancel 12 jobs?` */
  readonly text: string;
  /** What must be typed to say yes. Default: `y`. */
  readonly typed?: string;
}

/** Whether somebody said yes. @throws {Complaint} when nobody is there who could be asked */
export async function isConfirmed({ text, typed }: Question, terminal: Terminal): Promise<boolean> {
  if (!terminal.isInteractive) {
    throw new Complaint("nobody is there who could be asked", "Add --yes to go on without asking.");
  }

  const { err } = terminal;
  const hint = typed === undefined ? "[y/N]" : `Type ${typed} to go on:`;
  await err.write(`${err.paint("bold", escapeControls(text))} ${hint} `);
  const answer = (await lineFrom(terminal)).trim().toLowerCase();
  const isYes = typed === undefined ? ["y", "yes"].includes(answer) : answer.replaceAll(",", "") === typed;
  if (!isYes) await err.write("Nothing was changed.\n");
  return isYes;
}

async function lineFrom(terminal: Terminal): Promise<string> {
  const reader = createInterface({ input: terminal.stdin });
  try {
    for await (const line of reader) return line;
    return "";
  } finally {
    reader.close();
  }
}
