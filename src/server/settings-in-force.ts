// Every setting as it is in force and where it comes from, for whoever asks the server.
import type { Source } from "./config-sources.ts";
import { type Setting, settingKeys, settings } from "./settings.ts";

export interface SettingInForce {
  readonly key: string;
  /** As somebody would write it; `***` for a secret that is set. */
  readonly value: string;
  readonly source: "default" | SourceName;
  readonly description: string;
}

type SourceName = "flag" | "environment" | "file";

/** The sources in the order of their precedence. */
export type SourcesInOrder = Readonly<Record<SourceName, Source>>;

const MASK = "***";

export function settingsInForce(
  sources: SourcesInOrder,
  table: Readonly<Record<string, Setting<unknown>>> = settings,
  keys: readonly string[] = settingKeys,
): readonly SettingInForce[] {
  return keys.flatMap((key) => {
    const setting = table[key];
    return setting ? [inForce(sources, key, setting)] : [];
  });
}

function inForce(sources: SourcesInOrder, key: string, setting: Setting<unknown>): SettingInForce {
  const source = (Object.keys(sources) as SourceName[]).find((name) => sources[name].has(key));
  const texts = source ? (sources[source].get(key)?.texts ?? []) : setting.default;
  const value = texts.join(", ");
  return {
    key,
    value: setting.isSecret && value !== "" ? MASK : value,
    source: source ?? "default",
    description: setting.doc,
  };
}
