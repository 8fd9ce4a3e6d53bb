// What a client of the matrix can do, whatever it is made of. Nothing of Node is imported here, nor in what imports
// this, since a browser runs it too.
import type {
  DescMessage,
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { Code } from "@connectrpc/connect";

export interface WireClient {
  /** Which client, dialect and HTTP version: what a failure is told by. */
  readonly title: string;
  /** Rejects with a WireError when the server refuses. */
  unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ): Promise<MessageShape<O>>;
  /** The signal ends the call; its messages then end or throw. */
  serverStream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    request: MessageInitShape<I>,
    signal: AbortSignal,
  ): AsyncIterable<MessageShape<O>>;
  /** Absent where the client cannot send a stream. */
  readonly bidi?: <I extends DescMessage, O extends DescMessage>(
    method: DescMethodBiDiStreaming<I, O>,
    requests: AsyncIterable<MessageInitShape<I>>,
    signal: AbortSignal,
  ) => AsyncIterable<MessageShape<O>>;
  close(): void;
}

/** The server said no. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}
