// A job as the TypeScript library takes it.
import { toJson } from "@bufbuild/protobuf";
import { type Duration, type Timestamp, ValueSchema } from "@bufbuild/protobuf/wkt";
import { type JobSpec, type RetryPolicy, UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { base64Of, utf8Of } from "../payload/payload-model.ts";
import type { CopyTarget } from "./copy-as.ts";
import { friendlyJson } from "./job-json.ts";
import { indented, plainJson, quoted } from "./quoting.ts";
import { instantText, wholeSpanMs } from "./whole-ms.ts";

export function enqueueByTypeScript(spec: JobSpec, { serverUrl, token = false }: CopyTarget): string {
  const authorization = token ? ", token: process.env.LAKH_TOKEN" : "";
  return `import { Producer } from "lakh";

const producer = new Producer({ url: ${quoted(serverUrl)}${authorization} });
const { id } = await producer.enqueue({
${fieldsOf(spec)
  .map(([name, value]) => `  ${name}: ${indented(value, "  ")},\n`)
  .join("")}});
console.log(id);
await producer.close();`;
}

type Field = readonly [name: string, value: string];

function fieldsOf(spec: JobSpec): readonly Field[] {
  const { start, retry } = spec;
  return [
    ["name", quoted(spec.name)],
    ...text("id", spec.id),
    ...payloadOf(spec),
    ...span("delayMs", start.case === "delay" ? start.value : undefined),
    ...instant("runAt", start.case === "runAt" ? start.value : undefined),
    ...span("reservationTimeMs", spec.reservationTime),
    ...(retry ? [["retry", literalOf(retryOf(retry))] as const] : []),
    ...(spec.priority === 0 ? [] : [["priority", String(spec.priority)] as const]),
    ...(Object.keys(spec.labels).length > 0 ? [["labels", literalOf(spec.labels)] as const] : []),
    ...instant("startBy", spec.startBy),
    ...text("traceparent", spec.traceparent),
    ...text("uniqueKey", spec.uniqueKey),
    ...text("onConflict", spec.onConflict === UniqueConflict.REPLACE ? "replace" : ""),
    ...span("keepResultMs", spec.keepResult),
  ];
}

function payloadOf(spec: JobSpec): readonly Field[] {
  const { payload } = spec;
  if (payload.case === "json") return [["json", literalOf(toJson(ValueSchema, payload.value))]];
  if (payload.case === undefined || payload.value.length === 0) return [];

  const friendly = friendlyJson(spec);
  if (friendly !== undefined) return [["json", literalOf(JSON.parse(friendly))]];
  const utf8 = utf8Of(payload.value);
  if (utf8 !== undefined) return [["data", `new TextEncoder().encode(${quoted(utf8)})`]];
  return [["data", `Buffer.from(${quoted(base64Of(payload.value))}, "base64")`]];
}

function text(name: string, value: string): readonly Field[] {
  return value === "" ? [] : [[name, quoted(value)]];
}

function span(name: string, value: Duration | undefined): readonly Field[] {
  return value === undefined ? [] : [[name, String(wholeSpanMs(value))]];
}

function instant(name: string, value: Timestamp | undefined): readonly Field[] {
  return value === undefined ? [] : [[name, `new Date(${quoted(instantText(value))})`]];
}

function retryOf({ maxRetries, backoff }: RetryPolicy): object {
  const max = maxRetries === undefined ? {} : { maxRetries };
  const ms = (span: Duration | undefined) => (span ? wholeSpanMs(span) : 0);
  if (backoff.case === "fixed") return { ...max, fixed: { delayMs: ms(backoff.value.delay) } };
  if (backoff.case === "delays") return { ...max, delaysMs: backoff.value.delays.map(ms) };
  if (backoff.case !== "exponential") return max;

  const { initial, factor, max: longest, jitter } = backoff.value;
  return {
    ...max,
    exponential: {
      initialMs: ms(initial),
      ...(factor !== 0 && { factor }),
      ...(longest && { maxMs: ms(longest) }),
      ...(jitter !== 0 && { jitter }),
    },
  };
}

/** JSON with bare keys where that is JavaScript too. `__proto__` would set the prototype, so it is computed. */
function literalOf(value: unknown): string {
  return plainJson(value, 2)
    .replaceAll(/^( *)"([A-Za-z_$][\w$]*)": /gm, "$1$2: ")
    .replaceAll(/^( *)__proto__: /gm, '$1["__proto__"]: ');
}
