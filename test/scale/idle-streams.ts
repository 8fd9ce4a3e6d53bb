// Streams of workers that wait for jobs that do not come: bare gRPC over a few connections, each answering the pings that
// it gets. Opened in the process that measures, so that the server's own figures stay its own.
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { WorkRequestSchema, WorkResponseSchema } from "../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openSession, readMessages } from "../bench/grpc-stream.ts";

/** A server allows 256 to a connection. */
const STREAMS_OF_ONE = 250;
/** So many say hello at once. */
const AT_ONCE = 500;

export interface IdleStreams {
  /** Resolves when so many pings have been answered since they were opened. */
  answered(pongs: number): Promise<void>;
  close(): void;
}

/** Resolves when all are welcome. Each offers one of 1,000 names. */
export async function openIdleStreams(url: string, count: number): Promise<IdleStreams> {
  const sessions: ClientHttp2Session[] = [];
  let [pongs, onPong] = [0, () => {}];
  const countPong = () => {
    pongs++;
    onPong();
  };
  for (let from = 0; from < count; from += AT_ONCE) {
    const welcomes: Promise<void>[] = [];
    for (let i = from; i < Math.min(count, from + AT_ONCE); i++) {
      if (i % STREAMS_OF_ONE === 0) sessions.push(openSession(url));
      const call = openCall(sessions.at(-1) as ClientHttp2Session, "/lakh.v1.WorkerService/Work");
      welcomes.push(beIdle(call, { name: `name.${i % 1_000}`, onPong: countPong }));
    }
    await Promise.all(welcomes);
  }
  return {
    async answered(wanted) {
      while (pongs < wanted)
        await new Promise<void>((resolve) => {
          onPong = resolve;
        });
    },
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

function beIdle(
  call: ClientHttp2Stream,
  { name, onPong }: { name: string; onPong: () => void },
): Promise<void> {
  const welcome = Promise.withResolvers<void>();
  call.on("error", welcome.reject);
  const say = (request: Parameters<typeof create<typeof WorkRequestSchema>>[1]) =>
    call.write(envelope(toBinary(WorkRequestSchema, create(WorkRequestSchema, request))));
  say({ hello: { names: [name], capacity: 10 } });
  const heard = readMessages(call, (bytes) => {
    const response = fromBinary(WorkResponseSchema, bytes);
    if (response.welcome) welcome.resolve();
    if (response.ping) {
      say({ pong: { nonce: response.ping.nonce } });
      onPong();
    }
    return false;
  });
  heard.catch(() => {}); // it is ended by force
  return welcome.promise;
}
