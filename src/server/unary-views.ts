// What handlers and interceptors see of a call on the fast path. Whatever costs something to make has a getter on the
// prototype: getters of each object's own would cost more than they save. A copy made by spreading lacks those, so the
// copies that interceptors hand on are completed.
import type { DescMessage, DescMethodUnary, DescService, MessageShape } from "@bufbuild/protobuf";
import type {
  ContextValues,
  HandlerContext,
  Interceptor,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import type { UnaryCall } from "./unary-call.ts";

type AnyFn = Parameters<Interceptor>[0];

/** What an interceptor is to call, or is called by: copies that were made of the call's own views are whole again. */
export function completing(call: UnaryCall, next: AnyFn): AnyFn {
  return async (request) => {
    const response = (await next(completeRequest(call, request as UnaryRequest))) as UnaryResponse;
    if (response instanceof CallResponse) return response;

    const { responseHeader: header, responseTrailer: trailer } = call;
    return Object.assign({ header, trailer }, response);
  };
}

function completeRequest(call: UnaryCall, request: UnaryRequest): UnaryRequest {
  if (request instanceof CallRequest) return request;

  const { url, signal, requestHeader: header } = call;
  return Object.assign({ url, signal, header }, request);
}

/** The context of the handler; what an interceptor changed of the request holds for it. */
export function contextFor(call: UnaryCall, request: UnaryRequest): HandlerContext {
  const context = new CallContext(call);
  if (request instanceof CallRequest) return context;

  const { url, responseHeader, responseTrailer } = context;
  const { header: requestHeader, signal, contextValues: values } = completeRequest(call, request);
  return { ...context, url, responseHeader, responseTrailer, requestHeader, signal, values };
}

/** What a handler gets. */
export class CallContext implements HandlerContext {
  readonly requestMethod = "POST";
  readonly method: DescMethodUnary;
  readonly service: DescService;
  readonly protocolName: string;
  readonly values: ContextValues;
  readonly #call: UnaryCall;

  constructor(call: UnaryCall) {
    const { method, dialect, values } = call.parts;
    this.method = method;
    this.service = method.parent;
    this.protocolName = dialect.protocolName;
    this.values = values;
    this.#call = call;
  }

  readonly timeoutMs = (): number | undefined => this.#call.timeLeft();

  get url(): string {
    return this.#call.url;
  }

  get signal(): AbortSignal {
    return this.#call.handlerSignal;
  }

  get requestHeader(): Headers {
    return this.#call.requestHeader;
  }

  get responseHeader(): Headers {
    return this.#call.responseHeader;
  }

  get responseTrailer(): Headers {
    return this.#call.responseTrailer;
  }
}

/** What interceptors get on the way in. */
export class CallRequest implements UnaryRequest {
  readonly stream = false;
  readonly requestMethod = "POST";
  readonly message: MessageShape<DescMessage>;
  readonly method: DescMethodUnary;
  readonly service: DescService;
  readonly contextValues: ContextValues;
  readonly #call: UnaryCall;

  constructor(call: UnaryCall, message: MessageShape<DescMessage>) {
    const { method, values } = call.parts;
    this.message = message;
    this.method = method;
    this.service = method.parent;
    this.contextValues = values;
    this.#call = call;
  }

  get url(): string {
    return this.#call.url;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get header(): Headers {
    return this.#call.requestHeader;
  }
}

/** What interceptors get on the way out. */
export class CallResponse implements UnaryResponse {
  readonly stream = false;
  readonly message: MessageShape<DescMessage>;
  readonly method: DescMethodUnary;
  readonly service: DescService;
  readonly #call: UnaryCall;

  constructor(call: UnaryCall, message: MessageShape<DescMessage>) {
    const { method } = call.parts;
    this.message = message;
    this.method = method;
    this.service = method.parent;
    this.#call = call;
  }

  get header(): Headers {
    return this.#call.responseHeader;
  }

  get trailer(): Headers {
    return this.#call.responseTrailer;
  }
}
