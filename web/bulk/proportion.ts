// How much must be confirmed: in proportion to what is lost when it was a mistake.
import type { BulkKind } from "./bulk-store.ts";

/** More cancels or deletes than this are typed, not pressed. */
export const PRESSED_MAX = 100n;

export type Confirmation =
  /** One job, which is named. */
  | { readonly is: "one" }
  /** The count in the button says it. */
  | { readonly is: "count" }
  /** This word, or number, is typed. */
  | { readonly is: "typed"; readonly word: string };

export interface Intended {
  readonly kind: BulkKind;
  /** As far as was searched. */
  readonly count: bigint;
  /** There may be more than were counted. */
  readonly isComplete: boolean;
  readonly confirmWord?: string | undefined;
}

export function confirmationFor({ kind, count, isComplete, confirmWord }: Intended): Confirmation {
  const isLoss = kind === "cancel" || kind === "delete";
  const isMany = count > PRESSED_MAX || !isComplete;
  if (isLoss && (isMany || confirmWord !== undefined)) {
    return { is: "typed", word: confirmWord ?? String(count) };
  }
  return count === 1n ? { is: "one" } : { is: "count" };
}

/** A number may be typed as it is shown, with spaces or commas between its thousands. */
export function isConfirmed(confirmation: Confirmation, typed: string): boolean {
  if (confirmation.is !== "typed" || typed.trim() === confirmation.word) return true;
  return /^\d+$/.test(confirmation.word) && typed.replaceAll(/[\s,]/g, "") === confirmation.word;
}
