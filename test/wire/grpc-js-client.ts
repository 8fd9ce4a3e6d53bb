// Native gRPC by @grpc/grpc-js, which shares no code with the server: only paths and encoded messages are ours.
import {
  create,
  type DescMessage,
  type DescMethod,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { type WireClient, WireError } from "./wire-client.ts";

export function grpcJsClient(url: string): WireClient {
  const client = new Client(new URL(url).host, credentials.createInsecure());
  return {
    title: "gRPC, grpc-js",
    unary: (method, request) =>
      new Promise((resolve, reject) => {
        const { path, write, read } = wireOf(method);
        client.makeUnaryRequest(path, write, read, create(method.input, request), (error, response) => {
          if (error || response === undefined) reject(asWireError(error));
          else resolve(response);
        });
      }),
    async *serverStream(method, request, signal) {
      const { path, write, read } = wireOf(method);
      const call = client.makeServerStreamRequest(path, write, read, create(method.input, request));
      yield* messagesOf(call, signal);
    },
    async *bidi(method, requests, signal) {
      const { path, write, read } = wireOf(method);
      const call = client.makeBidiStreamRequest(path, write, read);
      const sending = async () => {
        for await (const request of requests) call.write(create(method.input, request));
        call.end();
      };
      sending().catch((error) => call.destroy(error));
      yield* messagesOf(call, signal);
    },
    close: () => client.close(),
  };
}

/** What grpc-js must know of a method: where it is, and how its messages become bytes and come back. */
export function wireOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethod & { readonly input: I; readonly output: O },
) {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    write: (message: MessageShape<I>) => Buffer.from(toBinary(method.input, message)),
    read: (bytes: Buffer) => fromBinary(method.output, bytes),
  };
}

interface Call<T> extends AsyncIterable<T> {
  cancel(): void;
  on(event: "error", hear: () => void): unknown;
}

async function* messagesOf<T>(call: Call<T>, signal: AbortSignal): AsyncGenerator<T> {
  call.on("error", () => {}); // told by the iteration, unless nobody iterates any more
  const cancel = () => call.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    yield* call;
  } catch (error) {
    throw asWireError(error);
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

function asWireError(error: unknown): unknown {
  const { code, details } = error as Partial<ServiceError>;
  return typeof code === "number" ? new WireError(code as number, details ?? "") : error;
}
