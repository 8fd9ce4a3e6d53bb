// Onto the clipboard. Browsers have one only in secure contexts; on plain HTTP beyond loopback the text is shown,
// selected, for the reader to copy.
import { type ClipboardEvent, useState } from "react";
import { Dialog } from "../parts/dialog.tsx";

/** Whether it is on the clipboard; if not, somebody must show it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (!navigator.clipboard) return false;
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The browser, or its user, said no.
    return false;
  }
}

export interface CopyButtonProps {
  /** A function when it takes time to make. */
  readonly text: string | (() => string);
  readonly label: string;
  readonly className?: string;
}

type Copying = { readonly is: "idle" | "copied" } | { readonly is: "shown"; readonly text: string };

const IDLE: Copying = { is: "idle" };
const SAID_MS = 2_000;

export function CopyButton({ text, label, className = "button small" }: CopyButtonProps) {
  const [state, set] = useState(IDLE);
  const press = async () => {
    const whole = typeof text === "string" ? text : text();
    if (!(await copyText(whole))) return set({ is: "shown", text: whole });
    set({ is: "copied" });
    setTimeout(() => set(IDLE), SAID_MS);
  };
  return (
    <>
      <button type="button" className={className} onClick={press}>
        {state.is === "copied" ? "Copied" : label}
      </button>
      <span role="status" className="unseen">
        {state.is === "copied" ? "Copied" : ""}
      </span>
      {state.is === "shown" && <ToCopy text={state.text} close={() => set(IDLE)} />}
    </>
  );
}

function ToCopy({ text, close }: { readonly text: string; readonly close: () => void }) {
  return (
    <Dialog title="Copy this" close={close}>
      <p>
        This browser gives pages the clipboard only over HTTPS. The text is selected: copy it with the
        keyboard.
      </p>
      <textarea
        className="input"
        rows={8}
        readOnly
        data-first
        aria-label="Text to copy"
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        onCopy={(event) => copyWhole(event, text)}
      />
    </Dialog>
  );
}

/** A field has only line feeds: what is copied of it as a whole must have the carriage returns too. */
function copyWhole(event: ClipboardEvent<HTMLTextAreaElement>, text: string): void {
  const { selectionStart, selectionEnd, value } = event.currentTarget;
  if (selectionStart > 0 || selectionEnd < value.length) return;

  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
}
