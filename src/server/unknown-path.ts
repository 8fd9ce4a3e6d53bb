// The answer to a path that nothing serves, in the words of whoever asked: JSON for HTTP and Connect clients,
// a status in trailers for gRPC, which would otherwise make up its own words for a bare 404.
import { Code } from "@connectrpc/connect";
import type { FastifyReply, FastifyRequest } from "fastify";

/** For Fastify's `setNotFoundHandler`: UNIMPLEMENTED in every dialect, with HTTP 404 where the dialect has it. */
export function answerUnknownPath(request: FastifyRequest, reply: FastifyReply): void {
  const message = `nothing serves ${pathOf(request)}`;
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.startsWith("application/grpc")) {
    reply.code(404).send({ code: "unimplemented", message });
    return;
  }

  reply.hijack();
  const status = { "grpc-status": String(Code.Unimplemented), "grpc-message": encodeURI(message) };
  if (contentType.startsWith("application/grpc-web")) {
    reply.raw.writeHead(200, { "content-type": "application/grpc-web+proto", ...status });
  } else {
    reply.raw.writeHead(200, { "content-type": "application/grpc" });
    // Real trailers: Node cannot end an HTTP/2 stream on its headers, and a gRPC client would find no status there.
    reply.raw.addTrailers(status);
  }
  reply.raw.end();
}

/** Without the query, where people put what no log or error should repeat. */
function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}
