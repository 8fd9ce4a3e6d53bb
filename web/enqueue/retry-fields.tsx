// What happens after a failure: how often, and how long it waits.
import { Segments } from "../parts/segments.tsx";
import { TextField } from "./field.tsx";
import type { EnqueueForm } from "./form.ts";
import type { FieldsProps } from "./name-field.tsx";

const BACKOFFS = [
  ["default", "Default"],
  ["exponential", "Exponential"],
  ["fixed", "Fixed"],
  ["delays", "List"],
] as const;

export function RetryFields({ form, change }: FieldsProps) {
  return (
    <>
      <TextField
        label="Retries"
        field="retry.max_retries"
        placeholder="the server's default"
        hint="0 to 1000. 0: never again."
        value={form.maxRetries}
        change={(maxRetries) => change({ maxRetries })}
      />
      <div className="row">
        <span className="enqueue-label">Backoff</span>
        <Segments
          label="Backoff"
          options={BACKOFFS}
          value={form.backoff}
          change={(backoff) => change({ backoff })}
        />
      </div>
      {form.backoff === "exponential" && <Exponential form={form} change={change} />}
      {form.backoff === "fixed" && (
        <Spans field="retry.fixed.delay" label="Delay" of="fixed" {...{ form, change }} />
      )}
      {form.backoff === "delays" && (
        <Spans
          field="retry.delays.delays"
          label="Delays, the last repeats"
          of="delays"
          {...{ form, change }}
        />
      )}
    </>
  );
}

const PLACEHOLDERS = { fixed: "30s", delays: "5s, 1m, 10m", initial: "2s", max: "24h" } as const;

interface SpansProps extends FieldsProps {
  readonly field: string;
  readonly label: string;
  readonly of: keyof typeof PLACEHOLDERS & keyof EnqueueForm;
}

function Spans({ field, label, of, form, change }: SpansProps) {
  return (
    <TextField
      label={label}
      field={field}
      placeholder={PLACEHOLDERS[of]}
      value={form[of]}
      change={(text) => change({ [of]: text })}
    />
  );
}

function Exponential({ form, change }: FieldsProps) {
  const fields = { form, change };
  return (
    <div className="enqueue-pair">
      <Spans field="retry.exponential.initial" label="First delay" of="initial" {...fields} />
      <Spans field="retry.exponential.max" label="Longest delay" of="max" {...fields} />
      <TextField
        label="Factor"
        field="retry.exponential.factor"
        placeholder="2"
        value={form.factor}
        change={(factor) => change({ factor })}
      />
      <TextField
        label="Jitter, 0 to 1"
        field="retry.exponential.jitter"
        placeholder="0"
        value={form.jitter}
        change={(jitter) => change({ jitter })}
      />
    </div>
  );
}
