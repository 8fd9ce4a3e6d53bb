// How long this server keeps jobs, from its settings.
import type { Setting } from "../../src/gen/lakh/v1/system_pb.ts";

/** `Succeeded jobs are kept 24 h, dead ones 180 days.` */
export function retentionWords(settings: readonly Pick<Setting, "key" | "value">[]): string {
  const settingOf = (key: string) => settings.find((setting) => setting.key === key)?.value;
  const [succeeded, dead] = [settingOf("retention_succeeded"), settingOf("retention_dead")];
  if (!succeeded || !dead) return "Finished jobs are kept for a while, and then forgotten.";

  return `Succeeded jobs are kept ${spelled(succeeded)}, dead ones ${spelled(dead)}.`;
}

const UNITS: Readonly<Record<string, string>> = {
  ms: "ms",
  s: "s",
  m: "min",
  min: "min",
  h: "h",
  d: "days",
  y: "years",
};

/** `180d` as `180 days`; what is written in another way stays as it is. */
function spelled(value: string): string {
  const { count = "", unit = "" } = /^(?<count>\d+)\s*(?<unit>[a-z]*)$/.exec(value)?.groups ?? {};
  if (count === "0") return "not at all";
  const word = UNITS[unit];
  if (!word) return value;

  return `${count} ${count === "1" ? word.replace(/s$/, unit === "s" ? "s" : "") : word}`;
}
