// What calls for somebody, in one line each, the worst first.
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import type { System } from "../../src/gen/lakh/v1/system_pb.ts";
import { formatBytes, formatMany, formatShare } from "../format/numbers.ts";
import { formatSpan } from "../format/times.ts";
import { ageMsAt } from "../live/ages.ts";
import type { Params, Screen } from "../shell/screens.ts";

export interface Warning {
  readonly key: string;
  /** Of whom it is told. */
  readonly name?: string;
  readonly text: string;
  readonly screen: Screen;
  readonly params?: Params;
}

/** A disk that is fuller than this is told. */
const DISK_SHARE_MAX = 0.9;
const UNSERVED_SHOWN = 5;

export interface Facts {
  readonly queues: readonly Queue[];
  /** Names with work that nobody has offered to do for a while. */
  readonly unserved: ReadonlySet<string>;
  readonly system: Pick<System, "diskBytes" | "diskFreeBytes"> | undefined;
  /** Ages are told as they are then. */
  readonly now: number;
}

export function warningsOf({ queues, unserved, system, now }: Facts): readonly Warning[] {
  const affected = queues.filter(({ name }) => unserved.has(name));
  const warnings = affected.slice(0, UNSERVED_SHOWN).map((queue) => unservedWarning(queue, now));
  if (affected.length > UNSERVED_SHOWN) {
    const more = formatMany(affected.length - UNSERVED_SHOWN, "more queue");
    warnings.push({ key: "more", text: `${more} without workers`, screen: "queues" });
  }
  return [...diskWarning(system), ...warnings];
}

function unservedWarning({ name, jobs, oldestReadyAge }: Queue, now: number): Warning {
  const ageMs = ageMsAt(oldestReadyAge, now);
  const oldest = ageMs === undefined ? "" : `, the oldest for ${formatSpan(ageMs)}`;
  return {
    key: `unserved ${name}`,
    name,
    text: `${formatMany(jobs?.ready ?? 0n, "job")} ready${oldest}, and no worker offers it`,
    screen: "queue",
    params: { name },
  };
}

function diskWarning(system: Facts["system"]): readonly Warning[] {
  const { diskBytes, diskFreeBytes } = system ?? {};
  if (!diskBytes || diskFreeBytes === undefined) return [];

  const share = 1 - Number(diskFreeBytes) / Number(diskBytes);
  if (share < DISK_SHARE_MAX) return [];
  return [
    {
      key: "disk",
      text: `The disk is ${formatShare(share)} full: ${formatBytes(diskFreeBytes)} are free`,
      screen: "system",
    },
  ];
}
