// The dialects of the port, each with the same call in it: enqueue of one job with a payload of 100 bytes.
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { EnqueueRequestSchema } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { envelope } from "../grpc-stream.ts";
import { PAYLOAD } from "../streams.ts";

export interface Dialect {
  readonly name: string;
  readonly http: 1 | 2;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const message = create(EnqueueRequestSchema, {
  jobs: [{ name: "unary", payload: { case: "data", value: PAYLOAD } }],
});
const binary = Buffer.from(toBinary(EnqueueRequestSchema, message));
const json = Buffer.from(toJsonString(EnqueueRequestSchema, message));

export const GRPC = dialect("gRPC, HTTP/2", 2, "application/grpc", envelope(binary));

export const DIALECTS: readonly Dialect[] = [
  GRPC,
  dialect("Connect binary, HTTP/2", 2, "application/proto", binary),
  dialect("Connect JSON, HTTP/1.1", 1, "application/json", json),
  dialect("gRPC-web, HTTP/1.1", 1, "application/grpc-web+proto", envelope(binary)),
];

function dialect(name: string, http: 1 | 2, contentType: string, body: Buffer): Dialect {
  const te = contentType === "application/grpc" ? { te: "trailers" } : {};
  return { name, http, headers: { "content-type": contentType, ...te, "user-agent": "bench" }, body };
}
