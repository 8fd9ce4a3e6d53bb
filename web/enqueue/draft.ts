// What was written last, kept in this tab until it is closed: a drawer that was closed by mistake loses nothing.
import { preferences } from "../settings/preferences.ts";
import { EMPTY_FORM, type EnqueueForm } from "./form.ts";

const KEY = "lakh-enqueue-draft";
/** A browser keeps 5 MiB for all; a large payload is not worth the others. */
const LENGTH_MAX = 262_144;

export function keepDraft(form: EnqueueForm): void {
  const isPrivate = preferences().hidesPayloads || form.payload.length > LENGTH_MAX;
  const kept: EnqueueForm = { ...form, ...(isPrivate && { payload: "" }) };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // The browser forbids it, or has no room: the draft lives as long as the drawer.
  }
}

export function draft(): EnqueueForm {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return { ...EMPTY_FORM, ...(typeof kept === "object" ? kept : {}) };
  } catch {
    return EMPTY_FORM;
  }
}
