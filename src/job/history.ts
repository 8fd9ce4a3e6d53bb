// What is kept of a report's words: bounded, so that no worker can fill the store with errors.
import type { JobError, Progress } from "./job.ts";
import { LIMITS } from "./limits.ts";

/** The error, cut to its bounds. A report must not fail because its error is long. */
export function boundError(error: JobError): JobError {
  return {
    class: cutChars(error.class, LIMITS.errorClassLengthMax),
    message: cutBytes(error.message, LIMITS.errorMessageBytesMax),
    stack: cutBytes(error.stack, LIMITS.errorStackBytesMax),
  };
}

/** The progress, its text cut and its fraction brought into 0 to 1. */
export function boundProgress(progress: Progress): Progress {
  const fraction = Number.isFinite(progress.fraction) ? Math.min(Math.max(progress.fraction, 0), 1) : 0;
  return { fraction, text: cutChars(progress.text, LIMITS.progressTextLengthMax) };
}

/** The first characters, at most that many, and never half a surrogate pair. */
export function cutChars(text: string, most: number): string {
  return text.length <= most ? text : whole(text.slice(0, most));
}

const encoder = new TextEncoder();

function cutBytes(text: string, most: number): string {
  if (text.length * 3 <= most) return text;
  const scratch = new Uint8Array(most);
  const { read } = encoder.encodeInto(text, scratch);
  if (read === text.length) return text;

  return text.slice(0, read);
}

// A cut between the two halves of a surrogate pair would leave text that is not valid Unicode.
function whole(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}
