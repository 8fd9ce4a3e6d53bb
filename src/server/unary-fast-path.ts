// The fast path of unary calls: one buffer in, one buffer out, for every unary rpc and from its descriptor alone. connect's
// own handlers pull every call through a dozen async generators, which costs many times the durable write inside it.
// It takes plain calls only, see plain-call.ts and message-reading.ts, and hands all others back. What a client can see is
// the same on both paths: docs/decisions/0017-unary-fast-path.md.
import { create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import type {
  ContextValues,
  HandlerContext,
  Interceptor,
  MethodImplSpec,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import {
  type Compression,
  compressionNegotiate,
  createMethodSerializationLookup,
  type MethodSerializationLookup,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import type { FastifyRequest } from "fastify";
import { readMessage } from "./message-reading.ts";
import { plainCall } from "./plain-call.ts";
import { type PortLimits, rpcOptions } from "./port-limits.ts";
import { fullAnswer, type UnaryOutcome, writeMessage } from "./unary-answer.ts";
import { type RawResponse, UnaryCall } from "./unary-call.ts";
import { CallContext, CallRequest, CallResponse, completing, contextFor } from "./unary-views.ts";
import { discardUnread } from "./unread-request.ts";

export type UnarySpec = Extract<MethodImplSpec, { kind: "unary" }>;

export interface FastPathSettings {
  /** Outermost first. */
  readonly interceptors: readonly Interceptor[];
  readonly limits: PortLimits;
  /** Refuses by throwing, before the body is read. */
  readonly gate: ((context: HandlerContext) => void | Promise<void>) | undefined;
  /** Its reason ends the calls that are open. */
  readonly shutdown: AbortSignal;
  /** Sends an answer that is more than a message. */
  readonly send: (answer: UniversalServerResponse, response: RawResponse) => Promise<void>;
}

/** One call as Node has it. */
export interface RawCall {
  readonly request: FastifyRequest["raw"];
  readonly response: RawResponse;
  readonly values: ContextValues;
}

/** What becomes of a call: it is answered, its client left, or it is not plain and its body, if read, is here again. */
export type FastAnswer = "answered" | "left" | { readonly body?: AsyncIterable<Uint8Array> };

export class UnaryFastPath {
  readonly #spec: UnarySpec;
  readonly #settings: FastPathSettings;
  readonly #serialization: MethodSerializationLookup<DescMessage, DescMessage>;
  readonly #compressions: Compression[];
  readonly #bytesMin: number;
  /** Calls that are not answered yet. */
  readonly #open = new Set<UnaryCall>();

  constructor(spec: UnarySpec, settings: FastPathSettings) {
    const { limits, shutdown } = settings;
    const { acceptCompression = [], compressMinBytes = 0 } = rpcOptions(limits);
    const bounds = { readMaxBytes: limits.messageBytesMax, writeMaxBytes: limits.messageBytesMax };
    this.#spec = spec;
    this.#settings = settings;
    this.#serialization = createMethodSerializationLookup(spec.method, undefined, undefined, bounds);
    this.#compressions = [...acceptCompression];
    this.#bytesMin = compressMinBytes;
    shutdown.addEventListener("abort", () => {
      for (const call of this.#open) call.abort(shutdown.reason);
    });
  }

  /** How many calls are not answered yet. */
  get openCalls(): number {
    return this.#open.size;
  }

  /** Rejects when an answer cannot be written. */
  async answer(raw: RawCall): Promise<FastAnswer> {
    const { deadlineMsMax, messageBytesMax } = this.#settings.limits;
    const plain = plainCall(raw.request, deadlineMsMax);
    if (!plain || (plain.contentLength ?? 0) > messageBytesMax) return {};

    const call = new UnaryCall({ ...raw, ...plain, method: this.#spec.method });
    this.#open.add(call);
    if (this.#settings.shutdown.aborted) call.abort(this.#settings.shutdown.reason);
    const told = await this.#tell(call);
    // Before the answer is sent: connect's writer waits for a word of Node's that never comes, and so would the call here.
    this.#open.delete(call);
    call.end();
    if ("read" in told) return told.read;

    await this.#write(call, told);
    return "answered";
  }

  /** How the call ended, or that it has no end here. */
  async #tell(call: UnaryCall): Promise<UnaryOutcome | { readonly read: FastAnswer }> {
    const refused = await this.#refusal(call);
    if (refused) {
      const { request, response } = call.parts;
      discardUnread(request, response, this.#settings.limits.goodbyeTimeoutMs);
      return refused;
    }
    const read = await readMessage(call.parts.request, call.parts, this.#settings.limits.messageBytesMax);
    if (!read) return { read: "left" };
    if ("body" in read) return { read };

    return this.#run(call, read.message);
  }

  async #refusal(call: UnaryCall): Promise<UnaryOutcome | undefined> {
    const { gate } = this.#settings;
    if (!gate) return undefined;

    try {
      await gate(new CallContext(call));
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  async #run(call: UnaryCall, message: Buffer): Promise<UnaryOutcome> {
    const { binary } = call.parts.dialect;
    try {
      const input = this.#serialization.getI(binary).parse(message);
      const output = await this.#invoke(call, input);
      return { bytes: this.#serialization.getO(binary).serialize(output) };
    } catch (error) {
      return { error };
    }
  }

  /** As connect's invokeUnaryImplementation, which would make everything that a handler could ask for beforehand. */
  async #invoke(call: UnaryCall, input: MessageShape<DescMessage>): Promise<MessageShape<DescMessage>> {
    const { impl, method } = this.#spec;
    let next: Parameters<Interceptor>[0] = async (request) => {
      const output = await impl(request.message as typeof input, contextFor(call, request as UnaryRequest));
      return new CallResponse(call, create(method.output, output));
    };
    for (const interceptor of this.#settings.interceptors.toReversed())
      next = completing(call, interceptor(next));
    const response = (await next(new CallRequest(call, input))) as UnaryResponse;
    if (!(response instanceof CallResponse)) call.replaceMetadata(response);
    return response.message;
  }

  async #write(call: UnaryCall, outcome: UnaryOutcome): Promise<void> {
    const { dialect, acceptEncoding, response } = call.parts;
    const { response: compression } = compressionNegotiate(
      this.#compressions,
      null,
      acceptEncoding,
      dialect.acceptEncoding,
    );
    const bytesMin = this.#bytesMin;
    const isShort = "bytes" in outcome && (!compression || outcome.bytes.length < bytesMin);
    if (isShort && !call.hasMetadata) writeMessage(call, outcome.bytes, compression);
    else await this.#settings.send(await fullAnswer(call, outcome, { compression, bytesMin }), response);
  }
}
