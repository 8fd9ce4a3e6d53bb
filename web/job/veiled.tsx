// What a reader has asked not to see at once (the preference "hide payloads"), behind a button.
import { type ReactNode, useState } from "react";
import { usePreferences } from "../settings/preferences.ts";

export function Veiled({ what, children }: { readonly what: string; readonly children: ReactNode }) {
  const { hidesPayloads } = usePreferences();
  const [isShown, show] = useState(false);
  if (!hidesPayloads || isShown) return children;

  return (
    <p className="row quiet">
      {what} is hidden.
      <button type="button" className="button small" onClick={() => show(true)}>
        Show
      </button>
    </p>
  );
}
