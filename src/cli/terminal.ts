// The streams of a command, with what every output needs: colour only where it is wanted, and no control characters
// that a job could smuggle into somebody's terminal.
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Environment } from "../server/config.ts";

/** A colour, by what it is used for. */
export type Paint = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "dim" | "bold" | "inverse";

/** Characters in a line, lines on a screen. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Stdout or stderr. */
export interface Output {
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  /** How wide and high it is now; undefined when it is no terminal, so that nothing needs to fit. */
  readonly size: Size | undefined;
  /** Writes; resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Colours a text where colours are wanted, else gives it back. */
  paint(paint: Paint, text: string): string;
  /** Calls back whenever the terminal changes its size. */
  onResize(callback: () => void): void;
}

/** What a command can see of the world. */
export interface Terminal {
  readonly env: Environment;
  readonly stdin: Readable;
  /** Whether somebody sits there who can be asked. */
  readonly isInteractive: boolean;
  readonly out: Output;
  readonly err: Output;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Hears every key at once, unseen and without Enter; Ctrl-C too is then a key. */
  readKeys(hear: (chunk: Buffer | string) => void): void;
  /** The contrary. */
  stopKeys(hear: (chunk: Buffer | string) => void): void;
  /** Makes control characters visible; for every text that comes from a job or a server. */
  escape(text: string): string;
}

/** A writable stream that may be a terminal. */
type MaybeTerminal = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** The streams of a process. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  readonly stdout: MaybeTerminal;
  readonly stderr: MaybeTerminal;
}

/** The terminal of this process, or one of the given streams. */
export function openTerminal(
  env: Environment,
  streams: Streams = process,
  now: () => number = Date.now,
): Terminal {
  return {
    env,
    stdin: streams.stdin,
    isInteractive: (streams.stdin.isTTY ?? false) && (streams.stderr.isTTY ?? false),
    now,
    readKeys(hear) {
      streams.stdin.setRawMode?.(true);
      streams.stdin.on("data", hear);
    },
    stopKeys(hear) {
      streams.stdin.setRawMode?.(false);
      streams.stdin.off("data", hear);
      // A stream that is still read would keep the process alive.
      streams.stdin.pause();
    },
    out: openOutput(streams.stdout, env),
    err: openOutput(streams.stderr, env),
    escape: escapeControls,
  };
}

const codes: Readonly<Record<Paint, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  dim: 2,
  bold: 1,
  inverse: 7,
};

function openOutput(stream: MaybeTerminal, env: Environment): Output {
  const isTerminal = stream.isTTY ?? false;
  const hasColour = isTerminal && !env.NO_COLOR && env.TERM !== "dumb";
  return {
    isTerminal,
    get size() {
      return isTerminal ? { columns: stream.columns || 80, rows: stream.rows || 24 } : undefined;
    },
    async write(text) {
      if (!stream.write(text)) await once(stream, "drain");
    },
    onResize: (callback) => stream.on("resize", callback),
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
