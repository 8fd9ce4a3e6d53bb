// One call over node:http2, for what is asked now and then and whose answer is read.
import type { ClientHttp2Session } from "node:http2";
import type { Call } from "./callers.ts";

/** The body of the answer. Throws when it is not answered with 200, or with an error of gRPC. */
export function callHttp2(session: ClientHttp2Session, { path, headers, body }: Call): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const stream = session.request({ ":method": "POST", ":path": path, ...headers });
  const chunks: Buffer[] = [];
  stream.on("response", ({ ":status": status, "grpc-status": code = "0" }) => {
    if (status !== 200 || code !== "0") reject(new Error(`HTTP ${status}, grpc-status ${code}`));
  });
  stream.on("error", reject);
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => resolve(Buffer.concat(chunks)));
  stream.end(body);
  return promise;
}
