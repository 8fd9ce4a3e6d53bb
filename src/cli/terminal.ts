// The streams of a command, with what every output needs: colour only where it is wanted, and no control characters
// that a job could smuggle into somebody's terminal.
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Environment } from "../server/config.ts";

/** A colour, by what it is used for. */
export type Paint = "red" | "green" | "yellow" | "dim" | "bold";

/** Stdout or stderr. */
export interface Output {
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  /** Writes; resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Colours a text where colours are wanted, else gives it back. */
  paint(paint: Paint, text: string): string;
}

/** What a command can see of the world. */
export interface Terminal {
  readonly env: Environment;
  readonly stdin: Readable;
  readonly out: Output;
  readonly err: Output;
  /** Makes control characters visible; for every text that comes from a job or a server. */
  escape(text: string): string;
}

/** A writable stream that may be a terminal. */
type MaybeTerminal = Writable & { readonly isTTY?: boolean };

/** The terminal of this process, or one of the given streams. */
export function openTerminal(
  env: Environment,
  streams: { stdin: Readable; stdout: MaybeTerminal; stderr: MaybeTerminal } = process,
): Terminal {
  return {
    env,
    stdin: streams.stdin,
    out: openOutput(streams.stdout, env),
    err: openOutput(streams.stderr, env),
    escape: escapeControls,
  };
}

const codes: Readonly<Record<Paint, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 };

function openOutput(stream: MaybeTerminal, env: Environment): Output {
  const isTerminal = stream.isTTY ?? false;
  const hasColour = isTerminal && !env.NO_COLOR && env.TERM !== "dumb";
  return {
    isTerminal,
    async write(text) {
      if (!stream.write(text)) await once(stream, "drain");
    },
    paint: (paint, text) => (hasColour ? `\u001b[${codes[paint]}m${text}\u001b[0m` : text),
  };
}

/**
 * Writes control characters, and those that turn the direction of text, as `\u001b`. A text stays valid JSON when it
 * was, since JSON has no such characters outside of its strings, but line feeds between its values.
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
