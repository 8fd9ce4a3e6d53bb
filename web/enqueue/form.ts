// What stands in the enqueue drawer, as text: what somebody has written, right or wrong.
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import { type JobSpec, type RetryPolicy, UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { msOf, spanMsOf, type TimeZone } from "../format/times.ts";
import { type ContentMode, textOfContent } from "./content-text.ts";
import { printInstant } from "./instant-text.ts";
import { printSpan } from "./span-text.ts";

export interface LabelRow {
  /** For React; of no other meaning. */
  readonly row: number;
  readonly key: string;
  readonly value: string;
}

/** Empty text is "absent" everywhere: the server's default holds. */
export interface EnqueueForm {
  readonly name: string;
  readonly mode: ContentMode;
  readonly payload: string;
  /** JSON as its very text (`data`), or as a value of the contract (`json`), whose numbers are doubles. */
  readonly jsonAs: "data" | "json";
  readonly start: "now" | "delay" | "at";
  readonly delay: string;
  readonly runAt: string;
  readonly maxRetries: string;
  readonly backoff: "default" | "exponential" | "fixed" | "delays";
  readonly initial: string;
  readonly factor: string;
  readonly max: string;
  /** Of 0 to 1. */
  readonly jitter: string;
  readonly fixed: string;
  /** Separated by commas. */
  readonly delays: string;
  readonly reservation: string;
  readonly priority: string;
  readonly labels: readonly LabelRow[];
  readonly id: string;
  readonly uniqueKey: string;
  readonly onConflict: "keep" | "replace";
  readonly startBy: string;
  readonly keepResult: string;
  readonly traceparent: string;
  /** Of `runAt` and `startBy`. */
  readonly zone: TimeZone;
}

export const EMPTY_FORM: EnqueueForm = {
  name: "",
  mode: "json",
  payload: "",
  jsonAs: "data",
  start: "now",
  delay: "",
  runAt: "",
  maxRetries: "",
  backoff: "default",
  initial: "",
  factor: "",
  max: "",
  jitter: "",
  fixed: "",
  delays: "",
  reservation: "",
  priority: "",
  labels: [],
  id: "",
  uniqueKey: "",
  onConflict: "keep",
  startBy: "",
  keepResult: "",
  traceparent: "",
  zone: "local",
};

/** The form filled in so that sending it enqueues what the spec says. */
export function formOfSpec(spec: Partial<JobSpec>, zone: TimeZone): EnqueueForm {
  const { name = "", payload, priority = 0, labels = {}, id = "", uniqueKey = "", traceparent = "" } = spec;
  const { mode, text } = textOfContent(payload ?? { case: undefined });
  return {
    ...EMPTY_FORM,
    ...startOf(spec, zone),
    ...retryOf(spec.retry),
    name,
    mode,
    payload: text,
    jsonAs: payload?.case === "json" ? "json" : "data",
    reservation: spanText(spec.reservationTime),
    priority: priority === 0 ? "" : String(priority),
    labels: Object.entries(labels).map(([key, value], row) => ({ row, key, value })),
    id,
    uniqueKey,
    onConflict: spec.onConflict === UniqueConflict.REPLACE ? "replace" : "keep",
    startBy: instantText(spec.startBy, zone),
    keepResult: spanText(spec.keepResult),
    traceparent,
    zone,
  };
}

function startOf({ start }: Partial<JobSpec>, zone: TimeZone): Partial<EnqueueForm> {
  switch (start?.case) {
    case "delay":
      return { start: "delay", delay: spanText(start.value) };
    case "runAt":
      return { start: "at", runAt: instantText(start.value, zone) };
    default:
      return {};
  }
}

function retryOf(retry: RetryPolicy | undefined): Partial<EnqueueForm> {
  if (!retry) return {};
  const { maxRetries, backoff } = retry;
  const times = { ...(maxRetries !== undefined && { maxRetries: String(maxRetries) }) };
  switch (backoff.case) {
    case undefined:
      return times;
    case "fixed":
      return { ...times, backoff: "fixed", fixed: spanText(backoff.value.delay) };
    case "delays":
      return { ...times, backoff: "delays", delays: backoff.value.delays.map(spanText).join(", ") };
    case "exponential": {
      const { initial, factor, max, jitter } = backoff.value;
      return {
        ...times,
        backoff: "exponential",
        initial: spanText(initial),
        factor: factor === 0 ? "" : String(factor),
        max: spanText(max),
        jitter: jitter === 0 ? "" : String(jitter),
      };
    }
  }
}

function spanText(span: Duration | undefined): string {
  const ms = spanMsOf(span);
  return ms === undefined ? "" : printSpan(ms);
}

function instantText(instant: Timestamp | undefined, zone: TimeZone): string {
  const ms = msOf(instant);
  return ms === undefined ? "" : printInstant(ms, zone);
}

/** Something rare is said, so it must be seen. */
export function saysMore(form: EnqueueForm): boolean {
  const { id, uniqueKey, startBy, keepResult, traceparent, reservation, backoff, priority } = form;
  return (
    [id, uniqueKey, startBy, keepResult, traceparent, reservation, priority].some((text) => text !== "") ||
    backoff !== "default"
  );
}
