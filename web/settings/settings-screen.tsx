// How this reader wants the page, kept in this browser.
import type { ReactNode } from "react";
import { ScreenHead } from "../parts/section.tsx";
import { Segments } from "../parts/segments.tsx";
import { changePreferences, usePreferences } from "./preferences.ts";
import "./settings.css";

const REFRESH = [
  ["1000", "1 s"],
  ["2000", "2 s"],
  ["5000", "5 s"],
  ["15000", "15 s"],
  ["30000", "30 s"],
  ["60000", "1 min"],
  ["off", "Off"],
] as const;

export function SettingsScreen() {
  return (
    <>
      <ScreenHead title="Settings" />
      <p className="quiet">They are kept in this browser, for you alone.</p>
      <div className="panel padded choices">
        <Looks />
        <Ways />
      </div>
    </>
  );
}

function Looks() {
  const { theme, density, zone } = usePreferences();
  return (
    <>
      <Choice label="Theme">
        <Segments
          label="Theme"
          options={[
            ["system", "System"],
            ["light", "Light"],
            ["dark", "Dark"],
          ]}
          value={theme}
          change={(next) => changePreferences({ theme: next })}
        />
      </Choice>
      <Choice label="Rows">
        <Segments
          label="Rows"
          options={[
            ["dense", "Dense"],
            ["roomy", "Roomy"],
          ]}
          value={density}
          change={(next) => changePreferences({ density: next })}
        />
      </Choice>
      <Choice label="Times">
        <Segments
          label="Times"
          options={[
            ["local", "Local"],
            ["UTC", "UTC"],
          ]}
          value={zone}
          change={(next) => changePreferences({ zone: next })}
        />
      </Choice>
    </>
  );
}

function Ways() {
  const { refreshMs, hidesPayloads, singleKeys } = usePreferences();
  return (
    <>
      <Choice label="Live messages" hint="How often numbers may change.">
        <Segments
          label="Live messages"
          options={REFRESH}
          value={REFRESH.find(([value]) => value === String(refreshMs))?.[0] ?? "2000"}
          change={(next) => changePreferences({ refreshMs: next === "off" ? "off" : Number(next) })}
        />
      </Choice>
      <Choice label="Payloads" hint="Hidden ones are shown one by one, when you ask.">
        <Segments
          label="Payloads"
          options={SHOWN}
          value={hidesPayloads ? "no" : "yes"}
          change={showPayloads}
        />
      </Choice>
      <Choice label="Single keys" hint="Press ? anywhere for the list.">
        <Segments label="Single keys" options={ON} value={singleKeys ? "yes" : "no"} change={allowKeys} />
      </Choice>
    </>
  );
}

const SHOWN = [
  ["yes", "Shown"],
  ["no", "Hidden"],
] as const;
const ON = [
  ["yes", "On"],
  ["no", "Off"],
] as const;

function showPayloads(answer: "yes" | "no"): void {
  changePreferences({ hidesPayloads: answer === "no" });
}

function allowKeys(answer: "yes" | "no"): void {
  changePreferences({ singleKeys: answer === "yes" });
}

interface ChoiceProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: ReactNode;
}

function Choice({ label, hint, children }: ChoiceProps) {
  return (
    <div className="choice">
      <div>
        <strong>{label}</strong>
        {hint && <p className="quiet">{hint}</p>}
      </div>
      {children}
    </div>
  );
}
