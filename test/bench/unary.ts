// Unary calls by many callers at once, in each dialect, each beside the raw echo of the same HTTP version.

import { Agent, request as http1Request } from "node:http";
import type { ClientHttp2Session } from "node:http2";
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { EnqueueRequestSchema } from "../../src/gen/lakh/v1/producer_pb.ts";
import { envelope, openSession } from "./grpc-stream.ts";
import { PAYLOAD } from "./streams.ts";

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

export const DIALECTS: readonly Dialect[] = [
  dialect("gRPC, HTTP/2", 2, "application/grpc", envelope(binary)),
  dialect("Connect binary, HTTP/2", 2, "application/proto", binary),
  dialect("Connect JSON, HTTP/1.1", 1, "application/json", json),
  dialect("gRPC-web, HTTP/1.1", 1, "application/grpc-web+proto", envelope(binary)),
];

function dialect(name: string, http: 1 | 2, contentType: string, body: Buffer): Dialect {
  const te = contentType === "application/grpc" ? { te: "trailers" } : {};
  return { name, http, headers: { "content-type": contentType, ...te }, body };
}

interface Load {
  readonly url: string;
  readonly path: string;
  readonly callers: number;
  readonly calls: number;
}

/** Calls per second. */
export async function unary(load: Load, dialect: Dialect): Promise<number> {
  const startedAt = performance.now();
  await (dialect.http === 1 ? overHttp1(load, dialect) : overHttp2(load, dialect));
  return load.calls / ((performance.now() - startedAt) / 1_000);
}

async function overHttp1({ url, path, callers, calls }: Load, { headers, body }: Dialect): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const target = new URL(path, url);
  const call = () =>
    new Promise<void>((resolve, reject) => {
      const fields = { ...headers, "content-length": body.length };
      const request = http1Request(target, { method: "POST", agent, headers: fields }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode}`));
        response.resume();
        response.on("end", resolve);
      });
      request.on("error", reject);
      request.end(body);
    });
  await together(callers, calls, call);
  agent.destroy();
}

async function overHttp2({ url, path, callers, calls }: Load, { headers, body }: Dialect): Promise<void> {
  const session = openSession(url);
  await together(callers, calls, () => callHttp2(session, { path, headers, body }));
  session.destroy();
}

type Call = { readonly path: string } & Pick<Dialect, "headers" | "body">;

/** The body of the answer. */
export function callHttp2(session: ClientHttp2Session, { path, headers, body }: Call): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "POST", ":path": path, ...headers });
    const chunks: Buffer[] = [];
    stream.on("response", ({ ":status": status }) => {
      if (status !== 200) reject(new Error(`HTTP ${status}`));
    });
    stream.on("error", reject);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => resolve(Buffer.concat(chunks)));
    stream.end(body);
  });
}

/** `callers` loops that share `calls` calls. */
async function together(callers: number, calls: number, call: () => Promise<unknown>): Promise<void> {
  let left = calls;
  const loop = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: callers }, loop));
}
