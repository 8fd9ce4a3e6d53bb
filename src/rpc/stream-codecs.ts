// Which messages are read and written by hand on the fast path of streams: the hot ones.
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { ProducerService } from "../gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../gen/lakh/v1/worker_pb.ts";
import { parseEnqueueStreamRequest } from "./enqueue-codec.ts";
import { parseWorkRequest, serializeWorkResponse } from "./work-codec.ts";

/** The binary format of one rpc's messages. Undefined is the answer to what is unusual: protobuf-es is asked then. */
export interface StreamCodec {
  readonly parse?: (bytes: Uint8Array) => Message | undefined;
  readonly serialize?: (message: Message) => Uint8Array<ArrayBuffer> | undefined;
}

export const STREAM_CODECS: ReadonlyMap<DescMethod, StreamCodec> = new Map<DescMethod, StreamCodec>([
  [ProducerService.method.enqueueStream, { parse: parseEnqueueStreamRequest }],
  [WorkerService.method.work, { parse: parseWorkRequest, serialize: serializeWorkResponse }],
]);
