// A job as `lakh enqueue` takes it: by flags, or, where flags do not reach, whole as --spec.
import { toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { type JobSpec, UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { lossAsValue } from "../payload/json-doubles.ts";
import { utf8Of } from "../payload/payload-model.ts";
import { commandLine, flagWords, plainWords, spanWord } from "./cli-words.ts";
import type { CopyTarget } from "./copy-as.ts";
import { jobJson } from "./job-json.ts";
import { hasUnseen, hereDocument, isTooLong, plainJson } from "./quoting.ts";
import { instantText } from "./whole-ms.ts";

export function enqueueByCli(spec: JobSpec, target: CopyTarget): string {
  const words = wordsOf(spec);
  if (words) return commandLine(["enqueue", ...words], target);

  const json = plainJson(jobJson(spec));
  return isTooLong(json)
    ? `${commandLine(["enqueue", "--spec", "-"], target)} ${hereDocument(json)}`
    : commandLine(["enqueue", "--spec", json], target);
}

/** Undefined for what has no flag, and for what a terminal does not take as it is. */
function wordsOf(spec: JobSpec): readonly string[] | undefined {
  const { labels, retry, traceparent } = spec;
  const payload = payloadOf(spec);
  const hasFlags = traceparent === "" && !retry?.backoff.case && Object.keys(labels).every(isLabelKey);
  if (payload === undefined || !hasFlags) return undefined;

  const words = [...flagsOf(spec), ...plainWords([spec.name, ...payload])];
  return words.some((word) => hasUnseen(word) || isTooLong(word)) ? undefined : words;
}

function isLabelKey(key: string): boolean {
  return key !== "" && !key.includes("=");
}

function flagsOf(spec: JobSpec): readonly string[] {
  const { start, reservationTime, keepResult, startBy, retry } = spec;
  const flag = (name: string, value: string | undefined) =>
    value === undefined || value === "" ? [] : flagWords(name, value);
  return [
    ...flag("id", spec.id),
    ...flag("in", start.case === "delay" ? spanWord(start.value) : undefined),
    ...flag("at", start.case === "runAt" ? instantText(start.value) : undefined),
    ...flag("priority", spec.priority === 0 ? undefined : String(spec.priority)),
    ...flag("retries", retry?.maxRetries?.toString()),
    ...flag("reservation-time", reservationTime && spanWord(reservationTime)),
    ...flag("keep-result", keepResult && spanWord(keepResult)),
    ...flag("start-by", startBy && instantText(startBy)),
    ...flag("unique-key", spec.uniqueKey),
    ...(spec.onConflict === UniqueConflict.REPLACE ? ["--replace"] : []),
    ...Object.entries(spec.labels).flatMap(([key, value]) => flagWords("label", `${key}=${value}`)),
  ];
}

/** No word for an empty one; undefined for what the command line cannot say. */
function payloadOf({ payload }: JobSpec): readonly string[] | undefined {
  if (payload.case === "json") return [plainJson(toJson(ValueSchema, payload.value))];
  if (payload.case === undefined || payload.value.length === 0) return [];

  const text = utf8Of(payload.value);
  // JSON whose numbers alone are no doubles is sent as it is written, byte by byte.
  return text !== undefined && isJsonForCli(text) ? [text] : undefined;
}

function isJsonForCli(text: string): boolean {
  try {
    return lossAsValue(text) !== "structure";
  } catch {
    return false;
  }
}
