// A job as `lakh enqueue` takes it: by flags, or, where flags do not reach, whole as --spec.
import { toJson } from "@bufbuild/protobuf";
import { type Duration, ValueSchema } from "@bufbuild/protobuf/wkt";
import { type JobSpec, UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { msOf, spanMsOf } from "../format/times.ts";
import { lossAsValue } from "../payload/json-doubles.ts";
import { utf8Of } from "../payload/payload-model.ts";
import { type CopyTarget, WORD_MAX } from "./copy-as.ts";
import { jobJson } from "./job-json.ts";
import { plainJson, shellWord } from "./quoting.ts";

const DEFAULT_SERVERS = ["http://127.0.0.1:50051", "http://localhost:50051"];

export function enqueueByCli(spec: JobSpec, { serverUrl }: CopyTarget): string {
  const server = DEFAULT_SERVERS.includes(serverUrl) ? [] : ["--server", serverUrl];
  const words = wordsOf(spec);
  if (words) return command([...words, ...server]);

  const json = plainJson(jobJson(spec));
  return json.length < WORD_MAX
    ? command(["--spec", json, ...server])
    : `${command(["--spec", "-", ...server])} <<'LAKH'\n${json}\nLAKH`;
}

function command(words: readonly string[]): string {
  return ["lakh", "enqueue", ...words].map(shellWord).join(" ");
}

/** Undefined for what has no flag. */
function wordsOf(spec: JobSpec): readonly string[] | undefined {
  const payload = payloadOf(spec);
  const labels = Object.entries(spec.labels);
  const isPlain =
    spec.traceparent === "" && !spec.retry?.backoff.case && [...labels].every(([key]) => !/=/.test(key));
  if (payload === undefined || !isPlain || !isWhole(spec)) return undefined;

  const words: string[] = [spec.name, ...payload];
  const flag = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== "") words.push(`--${name}`, String(value));
  };
  flag("id", spec.id);
  if (spec.start.case === "delay") flag("in", spanWord(spec.start.value));
  if (spec.start.case === "runAt") flag("at", instantWord(msOf(spec.start.value)));
  if (spec.priority !== 0) flag("priority", spec.priority);
  flag("retries", spec.retry?.maxRetries);
  flag("reservation-time", spanWord(spec.reservationTime));
  flag("keep-result", spanWord(spec.keepResult));
  flag("start-by", instantWord(msOf(spec.startBy)));
  flag("unique-key", spec.uniqueKey);
  if (spec.onConflict === UniqueConflict.REPLACE) words.push("--replace");
  for (const [key, value] of labels) flag("label", `${key}=${value}`);
  // These would be taken for flags, or for stdin.
  return [spec.name, ...payload].some((word) => word.startsWith("-")) ? undefined : words;
}

/** No word for an empty one; undefined for what the command line cannot say. */
function payloadOf({ payload }: JobSpec): readonly string[] | undefined {
  if (payload.case === "json") return [plainJson(toJson(ValueSchema, payload.value))];
  const text = utf8Of(payload.value ?? new Uint8Array());
  if (text === "") return [];
  if (text === undefined || text.length > WORD_MAX) return undefined;

  // JSON whose numbers alone are no doubles is sent as it is written, byte by byte.
  return isJsonForCli(text) ? [text] : undefined;
}

function isJsonForCli(text: string): boolean {
  try {
    return lossAsValue(text) !== "structure";
  } catch {
    return false;
  }
}

/** Whole milliseconds, as the flags have them. */
function isWhole({ start, reservationTime, keepResult, startBy }: JobSpec): boolean {
  const spans = [start.case === "delay" ? start.value : undefined, reservationTime, keepResult];
  const instants = [start.case === "runAt" ? start.value : undefined, startBy];
  return [...spans, ...instants].every((one) => one === undefined || one.nanos % 1_000_000 === 0);
}

function spanWord(span: Duration | undefined): string | undefined {
  const ms = spanMsOf(span);
  if (ms === undefined) return undefined;
  if (ms === 0) return "0";

  const [word, size] =
    (
      [
        ["d", 86_400_000],
        ["h", 3_600_000],
        ["m", 60_000],
        ["s", 1_000],
      ] as const
    ).find(([, size]) => ms % size === 0) ?? (["ms", 1] as const);
  return `${ms / size}${word}`;
}

function instantWord(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
