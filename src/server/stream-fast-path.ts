// The fast path of bidi streams, for gRPC over HTTP/2: messages go from Node's buffers to the handler and back with nothing
// between them but their envelopes. connect's own handlers pull each message through a dozen async generators, which a
// worker of one job at a time pays for every job. What surrounds the call is connect's: context, deadline, signal, errors.
// It takes plain calls only, and hands all others back: docs/decisions/0017-unary-fast-path.md.
import { create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import {
  createHandlerContext,
  type Interceptor,
  type MethodImplSpec,
  type StreamRequest,
  type StreamResponse,
} from "@connectrpc/connect";
import {
  compressionNegotiate,
  createMethodSerializationLookup,
  limitSerialization,
} from "@connectrpc/connect/protocol";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { universalRequestFromNodeRequest } from "@connectrpc/connect-node";
import type { StreamCodec } from "../rpc/stream-codecs.ts";
import { type PlainCall, plainCall } from "./plain-call.ts";
import { rpcOptions } from "./port-limits.ts";
import { makeStatusReadable } from "./readable-status.ts";
import { MessageReader } from "./stream-reading.ts";
import { MessageWriter } from "./stream-writing.ts";
import { asConnectError } from "./unary-answer.ts";
import type { FastAnswer, FastPathSettings, RawCall } from "./unary-fast-path.ts";
import { discardUnread } from "./unread-request.ts";

export type BidiSpec = Extract<MethodImplSpec, { kind: "bidi_streaming" }>;

export interface StreamFastPathOptions {
  /** Whether response headers leave before the handler speaks. */
  readonly isEarly: boolean;
  /** Default: protobuf-es reads and writes all messages. */
  readonly codec?: StreamCodec | undefined;
}

type Context = ReturnType<typeof createHandlerContext>;
type Message = MessageShape<DescMessage>;

export class StreamFastPath {
  readonly #spec: BidiSpec;
  readonly #settings: FastPathSettings;
  readonly #isEarly: boolean;
  readonly #parse: (bytes: Uint8Array) => Message;
  readonly #serialize: (message: Message) => Uint8Array;

  constructor(spec: BidiSpec, settings: FastPathSettings, { isEarly, codec }: StreamFastPathOptions) {
    const { messageBytesMax } = settings.limits;
    const bounds = { readMaxBytes: messageBytesMax, writeMaxBytes: messageBytesMax };
    const { method } = spec;
    const lookup = createMethodSerializationLookup<DescMessage, DescMessage>(
      method,
      undefined,
      undefined,
      bounds,
    );
    const [input, output] = [lookup.getI(true), lookup.getO(true)];
    const bounded = limitSerialization<Message>(
      {
        parse: input.parse,
        serialize: (message) =>
          codec?.serialize?.(message) ?? output.serialize(create(method.output, message)),
      },
      bounds,
    );
    this.#spec = spec;
    this.#settings = settings;
    this.#isEarly = isEarly;
    this.#parse = (bytes) => codec?.parse?.(bytes) ?? input.parse(bytes);
    this.#serialize = bounded.serialize;
  }

  /** Resolves when the call is over. */
  async answer(raw: RawCall): Promise<FastAnswer> {
    const { deadlineMsMax, messageBytesMax, goodbyeTimeoutMs } = this.#settings.limits;
    const plain = plainCall(raw.request, deadlineMsMax);
    if (plain?.dialect.protocolName !== "grpc") return {};

    const { request, response } = raw;
    discardUnread(request, response, goodbyeTimeoutMs);
    const context = this.#context(raw, plain);
    const writer = this.#writer(raw, plain, context);
    if (this.#isEarly) writer.begin();
    const reader = new MessageReader(request, { parse: this.#parse, bytesMax: messageBytesMax });
    try {
      await this.#settings.gate?.(context);
      await this.#pump(await this.#invoke(context, reader), writer);
    } catch (error) {
      context.abort(error);
      setTrailerStatus(context.responseTrailer, asConnectError(error));
    } finally {
      reader.stop();
      context.abort();
    }
    makeStatusReadable(context.responseTrailer);
    writer.end(context.responseTrailer);
    return writer.hasLeft ? "left" : "answered";
  }

  #context({ request, response, values }: RawCall, { timeoutMs, dialect }: PlainCall): Context {
    const { method } = this.#spec;
    const { url, signal, header } = universalRequestFromNodeRequest(request, response, undefined, values);
    return createHandlerContext({
      ...{ method, service: method.parent, requestMethod: "POST", protocolName: "grpc", url },
      ...{ requestSignal: signal, shutdownSignal: this.#settings.shutdown, contextValues: values },
      ...(timeoutMs !== undefined && { timeoutMs }),
      requestHeader: header,
      responseHeader: { "content-type": dialect.contentType },
      responseTrailer: { "grpc-status": "0" },
    });
  }

  /** Headers that have left cannot name a compression any more. */
  #writer({ response }: RawCall, { acceptEncoding, dialect }: PlainCall, context: Context): MessageWriter {
    const { acceptCompression = [], compressMinBytes: bytesMin = 0 } = rpcOptions(this.#settings.limits);
    const accepted = this.#isEarly ? "identity" : acceptEncoding;
    const { response: compression } = compressionNegotiate(
      [...acceptCompression],
      null,
      accepted,
      dialect.acceptEncoding,
    );
    const header = context.responseHeader;
    if (compression) header.set("grpc-encoding", compression.name);
    return new MessageWriter(response, { header, compression, bytesMin });
  }

  /** As connect's transformInvokeImplementation, without its generators around each message. */
  async #invoke(context: Context, message: AsyncIterable<Message>): Promise<AsyncIterable<Message>> {
    const { impl, method } = this.#spec;
    const { responseHeader: header, responseTrailer: trailer, requestHeader, signal, values, url } = context;
    const service = method.parent;
    const asked = { stream: true, message, method, service, requestMethod: "POST", url, signal } as const;
    let next: Parameters<Interceptor>[0] = async (request) => {
      const merged = { ...context, requestHeader: request.header, signal: request.signal };
      const said = impl((request as StreamRequest).message, { ...merged, values: request.contextValues });
      return { stream: true, message: said as AsyncIterable<Message>, method, service, header, trailer };
    };
    for (const interceptor of this.#settings.interceptors.toReversed()) next = interceptor(next);
    const request: StreamRequest = { ...asked, header: requestHeader, contextValues: values };
    return ((await next(request)) as StreamResponse).message;
  }

  /** The next message is asked for when the one before it has been taken off our hands. */
  async #pump(messages: AsyncIterable<Message>, writer: MessageWriter): Promise<void> {
    for await (const message of messages) {
      const written = writer.write(this.#serialize(message));
      if (written) await written;
      if (writer.hasLeft) return;
    }
  }
}
