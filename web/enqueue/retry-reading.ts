// The retry policy that a form describes.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type RetryPolicy, RetryPolicySchema } from "../../src/gen/lakh/v1/job_pb.ts";
import type { FieldReader } from "./field-reader.ts";
import type { EnqueueForm } from "./form.ts";

type Backoff = NonNullable<MessageInitShape<typeof RetryPolicySchema>["backoff"]>;

/** Absent where nothing was said: then the server's default holds. */
export function readRetry(form: EnqueueForm, reader: FieldReader): RetryPolicy | undefined {
  const maxRetries = reader.number("retry.max_retries", form.maxRetries, {
    least: 0,
    most: 1_000,
    isWhole: true,
  });
  const backoff = readBackoff(form, reader);
  if (maxRetries === undefined && backoff.case === undefined) return undefined;

  return create(RetryPolicySchema, { ...(maxRetries !== undefined && { maxRetries }), backoff });
}

function readBackoff(form: EnqueueForm, reader: FieldReader): Backoff {
  switch (form.backoff) {
    case "default":
      return { case: undefined };
    case "fixed":
      return { case: "fixed", value: { delay: reader.span("retry.fixed.delay", form.fixed, "required") } };
    case "delays":
      return { case: "delays", value: { delays: readDelays(form, reader) } };
    case "exponential":
      return { case: "exponential", value: readExponential(form, reader) };
  }
}

function readExponential({ initial, factor, max, jitter }: EnqueueForm, reader: FieldReader) {
  const at = "retry.exponential";
  return {
    initial: reader.span(`${at}.initial`, initial, "required"),
    factor: reader.number(`${at}.factor`, factor, { least: 1, most: 100 }) ?? 0,
    max: reader.span(`${at}.max`, max),
    jitter: reader.number(`${at}.jitter`, jitter, { least: 0, most: 1 }) ?? 0,
  };
}

const DELAYS_MAX = 100;

function readDelays({ delays }: EnqueueForm, reader: FieldReader) {
  const field = "retry.delays.delays";
  const texts = delays.split(",").filter((text) => text.trim() !== "");
  reader.expect(field, texts.length >= 1 && texts.length <= DELAYS_MAX, `must be 1 to ${DELAYS_MAX} delays`);
  return texts.flatMap((text) => reader.span(field, text) ?? []);
}
