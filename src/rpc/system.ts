// How the server itself is doing, as the contract shows it. Who measures is the business of src/server.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Broker } from "../broker/broker.ts";
import type { Percentiles } from "../broker/overview.ts";
import type { GetSystemResponseSchema } from "../gen/lakh/v1/admin_pb.ts";
import { SettingSource } from "../gen/lakh/v1/system_pb.ts";
import type { CallCounts } from "./call-counts.ts";
import { viewPercentiles } from "./overview-view.ts";
import { toTimestamp } from "./times.ts";

/** A setting as it is in force. */
export interface SettingInForce {
  readonly key: string;
  /** As somebody would write it. Secrets are masked. */
  readonly value: string;
  readonly source: "default" | "file" | "environment" | "flag";
  readonly description: string;
}

/** What is known of the process and of what it runs on. */
export interface SystemFacts {
  readonly runtime: string;
  readonly platform: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Where jobs are kept, without secrets. */
  readonly store: string;
  readonly settings: readonly SettingInForce[];
  memory(): { readonly rssBytes: number; readonly heapBytes: number };
  /** How late the event loop was, over the last minute. */
  loopDelay(): Percentiles;
  /** Of one processor, over the last minute. */
  processorShare(): number;
  /** How long commits took, over the last five minutes. */
  commits(): Percentiles;
  connections(): number;
  storeBytes(): Promise<number>;
  /** Undefined when it is not known. */
  disk(): Promise<{ readonly freeBytes: number; readonly sizeBytes: number } | undefined>;
}

const REFUSALS_MAX = 100;

const SOURCES = {
  default: SettingSource.DEFAULT,
  file: SettingSource.FILE,
  environment: SettingSource.ENVIRONMENT,
  flag: SettingSource.FLAG,
} as const;

export interface SystemParts {
  readonly facts: SystemFacts;
  readonly calls: CallCounts;
  readonly version: string;
}

export async function getSystem(
  broker: Broker,
  { facts, calls, version }: SystemParts,
): Promise<MessageInitShape<typeof GetSystemResponseSchema>> {
  const [disk, storeBytes] = await Promise.all([facts.disk(), facts.storeBytes()]);
  const { rssBytes, heapBytes } = facts.memory();
  return {
    system: {
      version,
      runtime: facts.runtime,
      platform: facts.platform,
      startedAt: toTimestamp(facts.startedAt),
      rssBytes: BigInt(rssBytes),
      heapBytes: BigInt(heapBytes),
      eventLoopDelay: viewPercentiles(facts.loopDelay()),
      processorShare: facts.processorShare(),
      store: facts.store,
      storeBytes: BigInt(storeBytes),
      ...(disk && { diskFreeBytes: BigInt(disk.freeBytes), diskBytes: BigInt(disk.sizeBytes) }),
      commit: viewPercentiles(facts.commits()),
      connections: facts.connections(),
      openCalls: calls.open,
      refusals: viewRefusals(calls),
      settings: facts.settings.map(({ source, ...rest }) => ({ ...rest, source: SOURCES[source] })),
      at: toTimestamp(broker.clock.now()),
    },
  };
}

function viewRefusals(calls: CallCounts) {
  return calls
    .refused()
    .slice(0, REFUSALS_MAX)
    .map(({ rpc, code, calls: count }) => ({ rpc, code, calls: BigInt(count) }));
}
