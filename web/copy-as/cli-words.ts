// What every command line of `lakh` is made of.
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { CopyTarget } from "./copy-as.ts";
import { shellWord } from "./quoting.ts";
import { wholeSpanMs } from "./whole-ms.ts";

const DEFAULT_SERVERS = ["http://127.0.0.1:50051", "http://localhost:50051"];

/** `lakh` with these words. The token is not among them: the command line reads LAKH_TOKEN by itself. */
export function commandLine(words: readonly string[], { serverUrl }: CopyTarget): string {
  const server = DEFAULT_SERVERS.includes(serverUrl) ? [] : ["--server", serverUrl];
  // After `--` everything is a word, so flags come before it.
  const end = words.indexOf("--");
  const at = end === -1 ? words.length : end;
  return ["lakh", ...words.slice(0, at), ...server, ...words.slice(at)].map(shellWord).join(" ");
}

/** A flag and its value; one that begins with two dashes would be taken for the next flag. */
export function flagWords(name: string, value: string): readonly string[] {
  return value.startsWith("--") ? [`--${name}=${value}`] : [`--${name}`, value];
}

/** These, and none of them is taken for a flag. */
export function plainWords(words: readonly string[]): readonly string[] {
  return words.some((word) => word.startsWith("-")) ? ["--", ...words] : words;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** `90s`, `1500ms`, `0`. */
export function spanWord(span: Duration): string {
  const ms = wholeSpanMs(span);
  if (ms === 0) return "0";

  const [word, size] = UNITS.find(([, size]) => ms % size === 0) ?? (["ms", 1] as const);
  return `${ms / size}${word}`;
}
