// The messages of Work, read and written by hand, field by field: most of what they hold are jobs and reports, and for
// each of them protobuf-es would go by its descriptors. Its bytes are the measure: what is unusual is left to it, and
// test/rpc/stream-codecs.test.ts holds every message against what it makes of it.
import { create, fromBinary, type Message, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Delivery } from "../broker/session.ts";
import {
  type Report,
  ReportSchema,
  SucceedSchema,
  type WorkRequest,
  WorkRequestSchema,
  type WorkResponse,
  WorkResponseSchema,
} from "../gen/lakh/v1/worker_pb.ts";
import { isFireAndForget } from "../job/job.ts";
import { viewDelivery } from "./delivery.ts";
import { readEntries } from "./fields.ts";
import { type Json, writeJsonValue } from "./value-wire.ts";

/** Tags: the number of the field, and its type on the wire. */
const REPORT = 0x12;
const REPORTED = { jobId: 0x0a, attempt: 0x10, succeed: 0x1a } as const;
const JOB = 0x12;
const DELIVERED = {
  ...{ jobId: 0x0a, name: 0x12, json: 0x1a, data: 0x22, attempt: 0x28, reservedUntil: 0x32, label: 0x3a },
  ...{ traceparent: 0x42, failures: 0x48, reservationTime: 0x52 },
} as const;
const PAIR = { first: 0x0a, second: 0x12 } as const;
const TIME = { seconds: 0x08, nanos: 0x10 } as const;
const UINT32_MAX = 0xffff_ffff;

/** A response that brings jobs. As messages they are made only for who looks at them. */
type Bringing = Message & { readonly [BROUGHT]?: Brought };
interface Brought {
  readonly deliveries: readonly Delivery[];
  /** All but the jobs. */
  readonly rest: WorkResponse;
}
const BROUGHT = Symbol("deliveries of this response");

/** The response with these deliveries as its `jobs`. */
export function bringJobs(
  deliveries: readonly Delivery[],
  init: MessageInitShape<typeof WorkResponseSchema>,
): WorkResponse {
  const rest = create(WorkResponseSchema, init);
  if (deliveries.length === 0) return rest;

  const brought: Brought = { deliveries, rest };
  const response = { ...rest, [BROUGHT]: brought };
  return Object.defineProperty(response, "jobs", {
    get: () => deliveries.map(viewDelivery),
    enumerable: true,
  });
}

/** Undefined when there is anything but reports, or what is none. */
export function parseWorkRequest(bytes: Uint8Array): WorkRequest | undefined {
  const reports = readEntries(bytes, REPORT, (reader, end) => {
    const start = reader.pos;
    return readReport(reader, end) ?? fromBinary(ReportSchema, bytes.subarray(start, end));
  });
  if (!reports) return undefined;

  const request = create(WorkRequestSchema);
  request.reports = reports;
  return request;
}

const SUCCEED = create(SucceedSchema);

/** Undefined when it is anything but a success without a result. */
function readReport(reader: BinaryReader, end: number): Report | undefined {
  let jobId = "";
  let attempt = 0;
  let isSuccess = false;
  while (reader.pos < end) {
    switch (reader.uint32()) {
      case REPORTED.jobId:
        jobId = reader.string(true);
        break;
      case REPORTED.attempt:
        attempt = reader.uint32();
        break;
      case REPORTED.succeed:
        if (reader.uint32() !== 0) return undefined;
        isSuccess = true;
        break;
      default:
        return undefined;
    }
  }
  if (!isSuccess || reader.pos !== end) return undefined;

  return { $typeName: "lakh.v1.Report", jobId, attempt, report: { case: "succeed", value: SUCCEED } };
}

const decoder = new TextDecoder();
/** One for all, so that its buffer has grown already. */
const writer = new BinaryWriter();

/** Undefined when it brings no jobs. */
export function serializeWorkResponse(response: Message): Uint8Array<ArrayBuffer> | undefined {
  const brought = (response as Bringing)[BROUGHT];
  if (!brought) return undefined;

  try {
    for (const delivery of brought.deliveries) {
      writer.uint32(JOB).fork();
      writeDelivery(delivery);
      writer.join();
    }
    return writer.raw(toBinary(WorkResponseSchema, brought.rest)).finish();
  } catch (error) {
    writer.finish(); // what was written until then
    throw error;
  }
}

function writeDelivery({ job, payload }: Delivery): void {
  const { id, name, attempt, failures, labels, traceparent = "", state } = job;
  if (id) writer.uint32(DELIVERED.jobId).string(id);
  if (name) writer.uint32(DELIVERED.name).string(name);
  if (payload.kind === "data") writer.uint32(DELIVERED.data).bytes(payload.bytes);
  else writeJson(payload.bytes);
  if (attempt !== 0) writer.uint32(DELIVERED.attempt).uint32(attempt);
  const held = state.is === "reserved" && !isFireAndForget(job) ? state : undefined;
  if (held) writeTime(DELIVERED.reservedUntil, held.until);
  for (const key of Object.keys(labels)) {
    writer.uint32(DELIVERED.label).fork().uint32(PAIR.first).string(key);
    writer
      .uint32(PAIR.second)
      .string(labels[key] ?? "")
      .join();
  }
  if (traceparent !== "") writer.uint32(DELIVERED.traceparent).string(traceparent);
  if (failures !== 0) writer.uint32(DELIVERED.failures).uint32(failures);
  if (held) writeTime(DELIVERED.reservationTime, held.until - held.since);
}

function writeJson(bytes: Uint8Array): void {
  writer.uint32(DELIVERED.json).fork();
  writeJsonValue(writer, JSON.parse(decoder.decode(bytes)) as Json);
  writer.join();
}

/** A Timestamp or a Duration, whichever: whole milliseconds. */
function writeTime(tag: number, ms: number): void {
  const seconds = Math.floor(ms / 1_000);
  const nanos = (ms - seconds * 1_000) * 1_000_000;
  writer.uint32(tag).fork();
  if (seconds > 0 && seconds <= UINT32_MAX) writer.uint32(TIME.seconds).uint32(seconds);
  else if (seconds !== 0) writer.uint32(TIME.seconds).int64(seconds);
  if (nanos !== 0) writer.uint32(TIME.nanos).int32(nanos);
  writer.join();
}
