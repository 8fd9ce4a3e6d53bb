// The anchor: what raw Node does with the same bytes on the same machine. One process, HTTP/1.1 and HTTP/2 on two ports,
// each answering a request with its own body. Prints both URLs.
//
// A request that fits into one read is answered in one piece, a stream is piped: each is what costs Node the least.
import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";

const http1 = createHttp1((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const type = request.headers["content-type"] ?? "application/json";
    response.writeHead(200, { "content-type": type, "content-length": body.length });
    response.end(body);
  });
});
const http2 = createHttp2({ settings: { initialWindowSize: 1 << 20 } });
http2.on("session", (session) => session.setLocalWindowSize(4 << 20));
http2.on("stream", (stream, { ":path": path }) => {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  if (path === "/stream") stream.pipe(stream);
  else answerAtOnce(stream);
});
http1.listen(0, "127.0.0.1", () => {
  http2.listen(0, "127.0.0.1", () => {
    const ports = [http1, http2].map((server) => (server.address() as AddressInfo).port);
    process.stdout.write(`${ports.map((port) => `http://127.0.0.1:${port}`).join(" ")}\n`);
  });
});
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();

function answerAtOnce(stream: ServerHttp2Stream): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => stream.end(Buffer.concat(chunks)));
}
