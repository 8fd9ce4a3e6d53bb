// How each thing that happens to a job looks on its line of life.
import type { IconName } from "../parts/icon.tsx";
import type { Standing } from "../parts/state.tsx";
import type { LifeKind } from "./life-line.ts";

export interface LifeLook {
  readonly icon: IconName | undefined;
  /** Whose colour it has. */
  readonly state: Standing | undefined;
}

const LOOKS: Readonly<Record<LifeKind, LifeLook>> = {
  enqueued: { icon: "plus", state: undefined },
  ready: { icon: "ready", state: "ready" },
  reserved: { icon: "reserved", state: "reserved" },
  failed: { icon: "retrying", state: "retrying" },
  expired: { icon: "retrying", state: "retrying" },
  lost: { icon: "warning", state: "retrying" },
  released: { icon: "ready", state: undefined },
  late: { icon: "warning", state: undefined },
  forgotten: { icon: undefined, state: undefined },
  succeeded: { icon: "succeeded", state: "succeeded" },
  dead: { icon: "dead", state: "dead" },
  cancelled: { icon: "cancelled", state: "cancelled" },
  due: { icon: "scheduled", state: "scheduled" },
  start_by: { icon: "scheduled", state: undefined },
  reservation_ends: { icon: "scheduled", state: undefined },
  kept_until: { icon: "scheduled", state: undefined },
};

export function lookOf(kind: LifeKind): LifeLook {
  return LOOKS[kind];
}
