// The lean callers: they count what is answered well, stop in time, and do not take an error for an answer.
import assert from "node:assert/strict";
import { createServer as createHttp1, type RequestListener } from "node:http";
import { createServer as createHttp2, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { describe, test } from "node:test";
import { type Call, Tally } from "./loads/callers.ts";
import { openHttp1Callers } from "./loads/http1-callers.ts";
import { openHttp2Callers } from "./loads/http2-callers.ts";

const call: Call = {
  path: "/x",
  headers: { "content-type": "application/grpc" },
  body: Buffer.from("hello"),
};
/** Of all callers together; those that were asked meanwhile are answered too. */
const CALLS = 20;

async function listening(server: Server): Promise<{ url: string } & AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

describe("callers over HTTP/1.1", () => {
  const run = async (listener: RequestListener) => {
    await using server = await listening(createHttp1(listener));
    const callers = await openHttp1Callers(server.url, 3, call);
    const tally = new Tally((answered) => answered >= CALLS);
    await callers.callUntil(tally).finally(() => callers.close());
    return tally;
  };

  test("count each answer once: with a length, and in chunks", async () => {
    for (const header of [{ "content-length": 5 }, {}]) {
      let asked = 0;
      const tally = await run((request, response) => {
        asked++;
        request.resume().on("end", () => response.writeHead(200, header).end("hello"));
      });
      assert.equal(tally.answered, asked);
      assert.equal(asked, CALLS + 2, "each caller asks again until it is enough");
    }
  });

  test("throw at an answer that is an error", async () => {
    await assert.rejects(
      run((_request, response) => void response.writeHead(500).end("no")),
      /HTTP\/1.1 500/,
    );
  });

  test("throw when the server hangs up", async () => {
    await assert.rejects(run((request) => request.socket.destroy()));
  });
});

describe("callers over HTTP/2", () => {
  const run = async (onStream: (stream: ServerHttp2Stream) => void) => {
    const http2 = createHttp2();
    http2.on("stream", (stream) => onStream(stream.on("error", () => {}))); // callers may hang up
    await using server = await listening(http2);
    const callers = await openHttp2Callers(server.url, { callers: 4, connections: 2 }, call);
    const tally = new Tally((answered) => answered >= CALLS);
    await callers.callUntil(tally).finally(() => callers.close());
    return tally;
  };

  test("count each answer once, with trailers and without, and send what they are told", async () => {
    for (const waitForTrailers of [true, false]) {
      let asked = 0;
      const bodies = new Set<string>();
      const tally = await run((stream) => {
        asked++;
        stream.respond({ ":status": 200 }, { waitForTrailers });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.on("data", (chunk) => bodies.add(String(chunk)));
        stream.on("end", () => stream.end("answer"));
      });
      assert.equal(tally.answered, asked);
      assert.deepEqual([...bodies], ["hello"]);
      assert.equal(asked, CALLS + 3, "each caller asks again until it is enough");
    }
  });

  test("throw at a status that is an error", async () => {
    await assert.rejects(
      run((stream) => {
        stream.respond({ ":status": 503 });
        stream.end("no");
      }),
      /not answered with 200/,
    );
  });

  test("throw at an answer of trailers only, which is an error in gRPC", async () => {
    await assert.rejects(
      run((stream) => stream.respond({ ":status": 200, "grpc-status": "8" }, { endStream: true })),
      /without a body/,
    );
  });

  test("throw when a stream is reset", async () => {
    await assert.rejects(
      run((stream) => stream.close(2)),
      /refused/,
    );
  });
});
