// Onto the clipboard. Browsers have one only in secure contexts; on plain HTTP beyond loopback the text is shown,
// selected, for the reader to copy.
import { useRef, useState } from "react";
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
  readonly text: string;
  readonly label: string;
  readonly className?: string;
}

const SAID_MS = 2_000;

export function CopyButton({ text, label, className = "button small" }: CopyButtonProps) {
  const [state, set] = useState<"idle" | "copied" | "shown">("idle");
  const press = async () => {
    if (!(await copyText(text))) return set("shown");
    set("copied");
    setTimeout(() => set("idle"), SAID_MS);
  };
  return (
    <>
      <button type="button" className={className} onClick={press}>
        {state === "copied" ? "Copied" : label}
      </button>
      <span role="status" className="unseen">
        {state === "copied" ? "Copied" : ""}
      </span>
      {state === "shown" && <ToCopy text={text} close={() => set("idle")} />}
    </>
  );
}

function ToCopy({ text, close }: { readonly text: string; readonly close: () => void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const select = () => field.current?.select();
  return (
    <Dialog title="Copy this" close={close}>
      <p>This browser gives pages the clipboard only over HTTPS.</p>
      <textarea
        ref={field}
        className="input"
        rows={8}
        readOnly
        aria-label="Text to copy"
        value={text}
        onFocus={select}
      />
    </Dialog>
  );
}
