// How the server itself is doing, as TypeScript wants it: numbers, words, epoch milliseconds. The comments of
// proto/lakh/v1/system.proto say what each field means.
import { Code } from "@connectrpc/connect";
import { SettingSourceSchema, type System as WireSystem } from "../gen/lakh/v1/system_pb.ts";
import { type Percentiles, toPercentiles } from "./admin-views.ts";
import { instantOf, word } from "./wire-values.ts";

/** How the server is doing. Sizes are bytes. */
export interface System {
  readonly version: string;
  /** Of Node. */
  readonly runtime: string;
  readonly platform: string;
  readonly startedAt: number | undefined;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Over the last minute. */
  readonly eventLoopDelay: Percentiles;
  /** Of one processor, over the last minute. */
  readonly processorShare: number;
  readonly store: string;
  readonly storeBytes: number;
  /** Undefined when it is not known. */
  readonly disk: { readonly freeBytes: number; readonly sizeBytes: number } | undefined;
  /** How long commits took, over the last five minutes. */
  readonly commit: Percentiles;
  readonly connections: number;
  readonly openCalls: number;
  /** Calls that were answered with an error since the start, the most frequent first. */
  readonly refusals: readonly RefusedCalls[];
  readonly settings: readonly SettingInForce[];
  readonly at: number | undefined;
}

/** Calls of one rpc that were answered with one error. */
export interface RefusedCalls {
  /** `lakh.v1.ProducerService/Enqueue`. */
  readonly rpc: string;
  /** `invalid_argument`. */
  readonly code: string;
  readonly calls: number;
}

/** A setting of the server. */
export interface SettingInForce {
  /** As in lakh.toml. */
  readonly key: string;
  /** As somebody would write it; `***` for a secret. */
  readonly value: string;
  /** `default`, `file`, `environment`, `flag`. */
  readonly source: string;
  readonly description: string;
}

export function toSystem(wire: WireSystem): System {
  const { version, runtime, platform, processorShare, store, connections, openCalls } = wire;
  const { diskFreeBytes: free, diskBytes: size } = wire;
  return {
    ...{ version, runtime, platform, processorShare, store, connections, openCalls },
    startedAt: instantOf(wire.startedAt),
    rssBytes: Number(wire.rssBytes),
    heapBytes: Number(wire.heapBytes),
    eventLoopDelay: toPercentiles(wire.eventLoopDelay),
    storeBytes: Number(wire.storeBytes),
    disk:
      free === undefined || size === undefined
        ? undefined
        : { freeBytes: Number(free), sizeBytes: Number(size) },
    commit: toPercentiles(wire.commit),
    refusals: wire.refusals.map(({ rpc, code, calls }) => ({
      rpc,
      code: codeWord(code),
      calls: Number(calls),
    })),
    settings: wire.settings.map(({ key, value, source, description }) => {
      return { key, value, source: word(SettingSourceSchema, source), description };
    }),
    at: instantOf(wire.at),
  };
}

/** A status code as the protocol spells it; a number when this client does not know it. */
function codeWord(code: number): string {
  return (Code[code] ?? String(code)).replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}
