// The drawer while it is open: every field of a job, what came of the last one, and the same call in five languages.
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { JobSpec } from "../../src/gen/lakh/v1/job_pb.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/section.tsx";
import { EnvironmentBadge } from "../shell/head.tsx";
import { CallView } from "./call-view.tsx";
import { EnqueueAnswer } from "./enqueue-answer.tsx";
import "./enqueue.css";
import { closeEnqueue } from "./enqueue-store.ts";
import { WrongContext } from "./field.tsx";
import { LabelsField } from "./labels-field.tsx";
import { MoreFields } from "./more-fields.tsx";
import { NameField } from "./name-field.tsx";
import { PayloadField } from "./payload-field.tsx";
import { StartField } from "./start-field.tsx";
import { type EnqueueState, useEnqueueForm } from "./use-enqueue-form.ts";

export function EnqueueForm({ prefill }: { readonly prefill: Partial<JobSpec> | undefined }) {
  const state = useEnqueueForm(prefill);
  const { form, change, wrong, failure, send } = state;
  const body = useFocusOnWrong(state);
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send();
  };
  const fields = { form, change };
  return (
    <Dialog title="Enqueue" place="side" close={closeEnqueue} foot={<Foot state={state} />}>
      <WrongContext value={wrong}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: hears Ctrl Enter from the fields inside */}
        <div className="enqueue" ref={body} onKeyDown={press}>
          <NameField {...fields} />
          <PayloadField {...fields} isPrefilled={prefill?.payload?.case !== undefined} />
          <StartField {...fields} />
          <LabelsField {...fields} />
          <MoreFields {...fields} />
          {failure !== undefined && failure !== null && <Failure error={failure} retry={send} />}
          <CopyAs state={state} />
        </div>
      </WrongContext>
    </Dialog>
  );
}

/** When something was to be sent and is wrong: to the first field that is. */
function useFocusOnWrong({ rejections }: EnqueueState) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (rejections > 0) body.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [rejections]);
  return body;
}

function Foot({ state: { answer, isSending, send } }: { readonly state: EnqueueState }) {
  return (
    <>
      <EnqueueAnswer answer={answer} />
      <EnvironmentBadge />
      <button type="button" className="button" onClick={closeEnqueue}>
        Close
      </button>
      <button type="button" className="button primary" disabled={isSending} title="Ctrl Enter" onClick={send}>
        {answer ? "Enqueue another" : "Enqueue"}
      </button>
    </>
  );
}

function CopyAs({ state: { reading } }: { readonly state: EnqueueState }) {
  const [isOpen, open] = useState(false);
  return (
    <details className="enqueue-more" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>Copy as</summary>
      {isOpen && <CallView spec={reading.spec} />}
    </details>
  );
}
