// The matrix's clients on connect: three protocols, two versions of HTTP, two encodings, from Node or from a page.
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { ConnectError, type StreamResponse, type Transport } from "@connectrpc/connect";
import { type WireClient, WireError } from "./wire-client.ts";

/** @param sends whether the transport can send a stream and hear one at the same time */
export function connectClient(
  title: string,
  transport: Transport,
  { sends, close }: { readonly sends: boolean; readonly close: () => void },
): WireClient {
  const client: WireClient = {
    title,
    async unary(method, request) {
      const response = transport.unary(method, undefined, undefined, undefined, request);
      return (await response.catch(asWireError)).message;
    },
    serverStream: (method, request, signal) =>
      messagesOf(transport.stream(method, signal, undefined, undefined, only(request))),
    close,
  };
  if (!sends) return client;

  return {
    ...client,
    bidi: (method, requests, signal) =>
      messagesOf(transport.stream(method, signal, undefined, undefined, requests)),
  };
}

async function* only<T>(message: T): AsyncGenerator<T> {
  yield message;
}

async function* messagesOf<I extends DescMessage, O extends DescMessage>(
  response: Promise<StreamResponse<I, O>>,
): AsyncGenerator<MessageShape<O>> {
  try {
    yield* (await response).message;
  } catch (error) {
    asWireError(error);
  }
}

function asWireError(error: unknown): never {
  if (error instanceof ConnectError) throw new WireError(error.code, error.rawMessage);
  throw error;
}
