// What a client sees of one answer: everything, but for how bytes were cut into pieces on their way. Two paths through
// the server are the same when nobody can tell by such a sight which one was taken.
import { setImmediate as turn } from "node:timers/promises";

/** Headers or trailers: lower-case names in order, each with all that was said under it. */
export type Fields = Readonly<Record<string, readonly string[]>>;

export interface Sight {
  readonly status: number;
  /** Without `date`. */
  readonly headers: Fields;
  /** A character for each byte. */
  readonly body: string;
  readonly trailers: Fields;
  /** HTTP/1.1: how the end of the body was told. HTTP/2: the kinds of frames, with END_STREAM and RST_STREAM. */
  readonly framing: string;
  /** Statuses that came before the answer, such as 100. */
  readonly interim: readonly number[];
  /** HTTP/1.1: whether the connection answers another request. HTTP/2: whether the session does. */
  readonly after: "kept" | "closed";
}

/** A request to the letter. */
export interface RawCall {
  /** Default: POST. */
  readonly method?: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Sent in these pieces. Default: none, which ends the request at once. */
  readonly body?: readonly Uint8Array[];
  /** Waits after each piece. Default: for a turn of the event loop. */
  readonly pause?: () => Promise<unknown>;
  /** Of HTTP/1. Default: 1.1. */
  readonly version?: "1.0";
  /** How the length of the body is told over HTTP/1.1; "unsaid": by nothing, or by the headers. Default: "length". */
  readonly framing?: "length" | "chunked" | "unsaid";
}

/** Names in lower case and in order, values in the order in which they came, without the time of day. */
export function fieldsOf(pairs: Iterable<readonly [name: string, value: string]>): Fields {
  const fields = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (key === "date" || key.startsWith(":")) continue;
    const values = fields.get(key);
    if (values) values.push(value);
    else fields.set(key, [value]);
  }
  return Object.fromEntries([...fields].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Waits as the call says after a piece of its body. */
export async function pauseOf({ pause = turn }: RawCall): Promise<void> {
  await pause();
}

/** One line for each thing that differs; none when the two are the same. */
export function differences(stock: Sight, fast: Sight): string[] {
  return (Object.keys(stock) as (keyof Sight)[]).flatMap((part) => {
    const [was, is] = [shown(stock[part]), shown(fast[part])];
    return was === is ? [] : [`${part}: stock ${cut(was, is)}, fast ${cut(is, was)}`];
  });
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}

/** Long texts from a little before the place where they part. */
function cut(text: string, other: string): string {
  let same = 0;
  while (same < text.length && text[same] === other[same]) same++;
  const from = text.length > 300 ? Math.max(0, same - 40) : 0;
  const part = text.slice(from, from + 300);
  return `${from > 0 ? "..." : ""}${part}${from + part.length < text.length ? "..." : ""} (${text.length})`;
}
