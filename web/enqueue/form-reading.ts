// From what was written to the spec that is sent, or to what is wrong with it, field by field. The bounds are those of
// the contract (proto/lakh/v1/job.proto); the server checks them again. Fields are called as in the contract.
import { create } from "@bufbuild/protobuf";
import { type JobSpec, JobSpecSchema, UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { readContent } from "./content-reading.ts";
import { FieldReader, type Wrong } from "./field-reader.ts";
import type { EnqueueForm } from "./form.ts";
import { readRetry } from "./retry-reading.ts";

export interface FormReading {
  /** As far as it could be read: for the call that is shown while somebody still writes. */
  readonly spec: JobSpec;
  /** What is wrong, by field. Empty: the spec can be sent. */
  readonly wrong: Wrong;
}

const RESERVATION_MS_MAX = 86_400_000;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const UNIQUE_KEY = /^[^\p{Cc}\p{Cs}]{1,256}$/u;

export function readForm(form: EnqueueForm): FormReading {
  const reader = new FieldReader(form.zone);
  const { id, name, uniqueKey, traceparent, onConflict } = form;
  reader.expect(
    "id",
    id === "" || /^[!-~]{1,128}$/.test(id),
    "must be 1 to 128 printable ASCII characters without spaces",
  );
  reader.expect("name", name !== "", "is required");
  reader.expect(
    "name",
    /^[A-Za-z0-9._:-]{0,128}$/.test(name),
    "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -",
  );
  reader.expect(
    "unique_key",
    uniqueKey === "" || UNIQUE_KEY.test(uniqueKey),
    "must be 1 to 256 characters, none of them a control character",
  );
  reader.expect("on_conflict", onConflict === "keep" || uniqueKey !== "", "needs a unique key to replace");
  reader.expect(
    "traceparent",
    traceparent === "" || TRACEPARENT.test(traceparent),
    "must be a W3C traceparent, like 00-<32 hex>-<16 hex>-01",
  );
  const startBy = reader.instant("start_by", form.startBy);
  const spec = create(JobSpecSchema, {
    id,
    name,
    payload: readContent(form, reader),
    start: readStart(form, reader),
    ...readTimes(form, reader),
    retry: readRetry(form, reader),
    priority: reader.number("priority", form.priority, { least: -100, most: 100, isWhole: true }) ?? 0,
    labels: readLabels(form, reader),
    uniqueKey,
    traceparent,
    ...(onConflict === "replace" && { onConflict: UniqueConflict.REPLACE }),
    ...(startBy && { startBy }),
  });
  return { spec, wrong: reader.wrong };
}

function readStart({ start, delay, runAt }: EnqueueForm, reader: FieldReader): JobSpec["start"] {
  if (start === "delay") {
    const value = reader.span("delay", delay, "required");
    if (value) return { case: "delay", value };
  }
  if (start === "at") {
    const value = reader.instant("run_at", runAt, "required");
    if (value) return { case: "runAt", value };
  }
  return { case: undefined };
}

function readTimes({ reservation, keepResult }: EnqueueForm, reader: FieldReader) {
  const reservationTime = reader.span("reservation_time", reservation);
  const kept = reader.span("keep_result", keepResult);
  const seconds = reservationTime && Number(reservationTime.seconds) + reservationTime.nanos / 1e9;
  const fits =
    seconds === undefined || seconds === 0 || (seconds >= 1 && seconds * 1_000 <= RESERVATION_MS_MAX);
  reader.expect("reservation_time", fits, "must be 0 (fire and forget), or 1 s to 24 h");
  return { ...(reservationTime && { reservationTime }), ...(kept && { keepResult: kept }) };
}

const LABELS_MAX = 32;
const LABEL_LENGTH_MAX = 128;

function readLabels({ labels }: EnqueueForm, reader: FieldReader): Record<string, string> {
  const said = labels.filter(({ key, value }) => key !== "" || value !== "");
  const keys = said.map(({ key }) => key);
  const isShort = (text: string) => text.length <= LABEL_LENGTH_MAX;
  reader.expect("labels", said.length <= LABELS_MAX, `must be at most ${LABELS_MAX}`);
  reader.expect(
    "labels",
    keys.every((key) => key !== "" && isShort(key)),
    `must have keys of 1 to ${LABEL_LENGTH_MAX} characters`,
  );
  reader.expect("labels", !keys.includes("__proto__"), 'must not have the key "__proto__"');
  reader.expect(
    "labels",
    said.every(({ value }) => isShort(value)),
    `must have values of at most ${LABEL_LENGTH_MAX} characters`,
  );
  reader.expect("labels", new Set(keys).size === keys.length, "must not have a key twice");
  return Object.fromEntries(
    said.filter(({ key }) => key !== "__proto__").map(({ key, value }) => [key, value]),
  );
}
