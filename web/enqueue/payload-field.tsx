// The payload as it is written: JSON that is checked and sent as its very text, plain text, or bytes.
import { useDeferredValue, useMemo, useRef } from "react";
import { Veiled } from "../job/veiled.tsx";
import { Segments } from "../parts/segments.tsx";
import { Field } from "./field.tsx";
import type { EnqueueForm } from "./form.ts";
import { type JsonFault, jsonFault } from "./json-fault.ts";
import type { FieldsProps } from "./name-field.tsx";

const MODES = [
  ["json", "JSON"],
  ["text", "Text"],
  ["base64", "Base64"],
  ["hex", "Hex"],
] as const;

const SENT_AS = [
  ["data", "Exact text"],
  ["json", "JSON value"],
] as const;

export function PayloadField({ form, change, isPrefilled }: FieldsProps & { readonly isPrefilled: boolean }) {
  const field = <PayloadText form={form} change={change} />;
  return (
    <div className="enqueue-group">{isPrefilled ? <Veiled what="The payload">{field}</Veiled> : field}</div>
  );
}

function PayloadText({ form, change }: FieldsProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const fault = useFault(form);
  const goTo = ({ at }: JsonFault) => {
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
  };
  return (
    <>
      <Field
        label="Payload"
        field="payload"
        hint={HINTS[form.mode === "json" ? form.jsonAs : form.mode]}
        aside={
          <Segments
            label="Payload as"
            options={MODES}
            value={form.mode}
            change={(mode) => change({ mode })}
          />
        }
        control={(props) => (
          <textarea
            {...props}
            ref={area}
            className="input"
            rows={6}
            spellCheck={false}
            value={form.payload}
            onChange={({ target }) => change({ payload: target.value })}
          />
        )}
      />
      {fault && (
        <button type="button" className="button small enqueue-goto" onClick={() => goTo(fault)}>
          Go to line {fault.line}, column {fault.column}
        </button>
      )}
      {form.mode === "json" && <SentAs form={form} change={change} />}
    </>
  );
}

function SentAs({ form: { jsonAs }, change }: FieldsProps) {
  return (
    <div className="row">
      <span className="enqueue-label">Sent as</span>
      <Segments
        label="Sent as"
        options={SENT_AS}
        value={jsonAs}
        change={(next) => change({ jsonAs: next })}
      />
    </div>
  );
}

const HINTS: Readonly<Record<Exclude<EnqueueForm["mode"], "json"> | EnqueueForm["jsonAs"], string>> = {
  data: "The worker gets these very characters, as bytes.",
  json: "The worker gets a JSON value. Its numbers are doubles.",
  text: "The worker gets this text, as bytes.",
  base64: "The worker gets the bytes that this stands for.",
  hex: "The worker gets the bytes that this stands for.",
};

/** A moment behind what is written, so that a large payload does not hold it up. */
function useFault({ mode, payload }: EnqueueForm): JsonFault | undefined {
  const settled = useDeferredValue(payload);
  return useMemo(() => (mode === "json" && settled !== "" ? jsonFault(settled) : undefined), [mode, settled]);
}
