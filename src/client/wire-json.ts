// Any message of the API as its JSON, for those who print what the server said, and the names of its messages for those
// who may not see the generated code.
import { createRegistry, type JsonValue, type Message, toJson } from "@bufbuild/protobuf";
import { file_lakh_v1_admin } from "../gen/lakh/v1/admin_pb.ts";
import { file_lakh_v1_job } from "../gen/lakh/v1/job_pb.ts";
import { file_lakh_v1_operation } from "../gen/lakh/v1/operation_pb.ts";
import { file_lakh_v1_overview } from "../gen/lakh/v1/overview_pb.ts";
import { file_lakh_v1_producer } from "../gen/lakh/v1/producer_pb.ts";
import { file_lakh_v1_system } from "../gen/lakh/v1/system_pb.ts";

export type { WatchResponse as WireFrame } from "../gen/lakh/v1/admin_pb.ts";
export type { JobFilter } from "../gen/lakh/v1/filter_pb.ts";
export type { Job as WireJob } from "../gen/lakh/v1/job_pb.ts";
export type {
  BulkResult as WireBulkResult,
  JobResult as WireJobResult,
  Operation as WireOperation,
} from "../gen/lakh/v1/operation_pb.ts";
export type {
  DeadGroup as WireDeadGroup,
  Queue as WireQueue,
  Worker as WireWorker,
} from "../gen/lakh/v1/overview_pb.ts";

/** A message of the API. */
export type WireMessage = Message;

const messages = createRegistry(
  file_lakh_v1_admin,
  file_lakh_v1_job,
  file_lakh_v1_operation,
  file_lakh_v1_overview,
  file_lakh_v1_producer,
  file_lakh_v1_system,
);

/** The message as the API's JSON. @throws {TypeError} when it is no message of AdminService or ProducerService */
export function wireToJson(message: WireMessage): JsonValue {
  const schema = messages.getMessage(message.$typeName);
  if (schema === undefined) throw new TypeError(`${message.$typeName} is no message of this API`);

  return toJson(schema, message);
}
