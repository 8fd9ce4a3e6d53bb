// When the job may run first.
import type { TimeZone } from "../format/times.ts";
import { Segments } from "../parts/segments.tsx";
import { TextField } from "./field.tsx";
import { printInstant, readInstant } from "./instant-text.ts";
import type { FieldsProps } from "./name-field.tsx";

const STARTS = [
  ["now", "Now"],
  ["delay", "In"],
  ["at", "At"],
] as const;

export function StartField({ form, change }: FieldsProps) {
  return (
    <div className="enqueue-group">
      <div className="row">
        <span className="enqueue-label">Runs</span>
        <Segments label="Runs" options={STARTS} value={form.start} change={(start) => change({ start })} />
        {form.start === "at" && <ZoneSwitch form={form} change={change} />}
      </div>
      {form.start === "delay" && (
        <TextField
          label="In"
          field="delay"
          placeholder="30s, 5m, 1h 30m"
          value={form.delay}
          change={(delay) => change({ delay })}
        />
      )}
      {form.start === "at" && (
        <TextField
          label={`At, ${form.zone === "UTC" ? "UTC" : "local time"}`}
          field="run_at"
          kind="instant"
          value={form.runAt}
          change={(runAt) => change({ runAt })}
        />
      )}
    </div>
  );
}

const ZONES = [
  ["local", "Local"],
  ["UTC", "UTC"],
] as const;

/** Another zone, the same instants. */
export function ZoneSwitch({ form, change }: FieldsProps) {
  const { runAt, startBy, zone } = form;
  const moved = (text: string, next: TimeZone) => {
    const ms = readInstant(text, zone);
    return ms === undefined ? text : printInstant(ms, next);
  };
  const choose = (next: TimeZone) =>
    change({ zone: next, runAt: moved(runAt, next), startBy: moved(startBy, next) });
  return <Segments label="Time zone" options={ZONES} value={zone} change={choose} />;
}
