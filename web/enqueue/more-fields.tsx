// What is said rarely: retries, reservation, priority, identity, limits of time, trace.
import { useContext, useState } from "react";
import { Segments } from "../parts/segments.tsx";
import { TextField, WrongContext } from "./field.tsx";
import { saysMore } from "./form.ts";
import type { FieldsProps } from "./name-field.tsx";
import { RetryFields } from "./retry-fields.tsx";
import { ZoneSwitch } from "./start-field.tsx";

/** Fields that are always in sight. */
const ALWAYS = new Set(["name", "payload", "delay", "run_at", "labels"]);

export function MoreFields(props: FieldsProps) {
  const [isOpen, open] = useState(() => saysMore(props.form));
  const hasWrong = Object.keys(useContext(WrongContext)).some((field) => !ALWAYS.has(field));
  return (
    <details
      className="enqueue-more"
      open={isOpen || hasWrong}
      onToggle={({ currentTarget }) => open(currentTarget.open)}
    >
      <summary>More</summary>
      <div className="enqueue-group">
        <RetryFields {...props} />
        <RunFields {...props} />
        <IdentityFields {...props} />
        <LimitFields {...props} />
      </div>
    </details>
  );
}

function RunFields({ form, change }: FieldsProps) {
  return (
    <div className="enqueue-pair">
      <TextField
        label="Reservation"
        field="reservation_time"
        placeholder="the server's default"
        hint="How long a worker may hold it. 0: fire and forget."
        value={form.reservation}
        change={(reservation) => change({ reservation })}
      />
      <TextField
        label="Priority"
        field="priority"
        placeholder="0"
        hint="-100 to 100. Higher goes first."
        value={form.priority}
        change={(priority) => change({ priority })}
      />
    </div>
  );
}

const CONFLICTS = [
  ["keep", "Keep it"],
  ["replace", "Replace it"],
] as const;

function IdentityFields({ form, change }: FieldsProps) {
  return (
    <>
      <TextField
        label="Id"
        field="id"
        isMono
        placeholder="made by the server"
        hint="With an id of your own, sending it again changes nothing."
        value={form.id}
        change={(id) => change({ id })}
      />
      <TextField
        label="Unique key"
        field="unique_key"
        isMono
        placeholder="not unique"
        hint="At most one unfinished job of this name has it."
        value={form.uniqueKey}
        change={(uniqueKey) => change({ uniqueKey })}
      />
      {(form.uniqueKey !== "" || form.onConflict === "replace") && (
        <div className="row">
          <span className="enqueue-label">A job that waits with this key</span>
          <Segments
            label="A job that waits with this key"
            options={CONFLICTS}
            value={form.onConflict}
            change={(onConflict) => change({ onConflict })}
          />
          <ConflictFault />
        </div>
      )}
    </>
  );
}

function ConflictFault() {
  const wrong = useContext(WrongContext).on_conflict;
  return wrong === undefined ? null : (
    <span className="field">
      <span className="wrong" role="alert">
        {wrong}
      </span>
    </span>
  );
}

function LimitFields({ form, change }: FieldsProps) {
  return (
    <>
      <div className="enqueue-start-by">
        <TextField
          label={`Start by, ${form.zone === "UTC" ? "UTC" : "local time"}`}
          field="start_by"
          kind="instant"
          hint="Dead, if no worker has started it by then."
          value={form.startBy}
          change={(startBy) => change({ startBy })}
        />
        {form.startBy !== "" && <ZoneSwitch form={form} change={change} />}
      </div>
      <TextField
        label="Keep once done"
        field="keep_result"
        placeholder="the server's default"
        hint="How long it is kept with its result. 0: not at all."
        value={form.keepResult}
        change={(keepResult) => change({ keepResult })}
      />
      <TextField
        label="Traceparent"
        field="traceparent"
        isMono
        placeholder="00-<32 hex>-<16 hex>-01"
        value={form.traceparent}
        change={(traceparent) => change({ traceparent })}
      />
    </>
  );
}
