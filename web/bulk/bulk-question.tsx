// What would be changed, and the question whether it shall be.
import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import type { BulkResult } from "../../src/gen/lakh/v1/operation_pb.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/section.tsx";
import { EnvironmentBadge } from "../shell/head.tsx";
import { UserText } from "../text/text.tsx";
import { BulkPreview } from "./bulk-preview.tsx";
import { type BulkRequest, closeBulk } from "./bulk-store.ts";
import { BULK_WORDS, deedOf } from "./bulk-words.ts";
import { Consequence } from "./consequence.tsx";
import type { Foreseen } from "./foreseen.ts";
import { type Confirmation, confirmationFor, isConfirmed } from "./proportion.ts";
import { readSpread, type SpreadChoice } from "./spread.ts";
import { SpreadField } from "./spread-field.tsx";

export interface BulkQuestionProps {
  readonly request: BulkRequest;
  readonly seen: Foreseen;
  readonly change: UseMutationResult<BulkResult, Error, number>;
}

export function BulkQuestion({ request, seen, change }: BulkQuestionProps) {
  const { kind, title } = request;
  const [typed, setTyped] = useState("");
  const [spread, setSpread] = useState<SpreadChoice>({ is: "at_once", typed: "10" });
  const { count, isComplete } = seen;
  const confirmation = confirmationFor({ kind, count, isComplete, confirmWord: request.confirmWord });
  const read = readSpread(spread, count);
  const isNothing = count === 0n && isComplete;
  const isReady = "ms" in read && isConfirmed(confirmation, typed) && !change.isPending;
  const run = () => isReady && change.mutate(read.ms);
  const foot = <BulkFoot request={request} seen={seen} isNothing={isNothing} isReady={isReady} />;
  return (
    <Dialog
      title={title === undefined ? BULK_WORDS[kind].verb : <Title kind={kind} title={title} />}
      close={closeBulk}
      foot={foot}
    >
      <form
        id="bulk"
        className="bulk"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <BulkPreview request={request} seen={seen} />
        {kind === "retry" && count > 1n && (
          <SpreadField count={count} isCounted={isComplete} choice={spread} read={read} choose={setSpread} />
        )}
        {!isNothing && <Consequence kind={kind} />}
        {!isNothing && <TypedField confirmation={confirmation} typed={typed} type={setTyped} />}
        {change.error && <Failure error={change.error} />}
      </form>
    </Dialog>
  );
}

interface BulkFootProps {
  readonly request: BulkRequest;
  readonly seen: Foreseen;
  readonly isNothing: boolean;
  readonly isReady: boolean;
}

/** The focus is on what loses nothing. */
function BulkFoot({ request, seen, isNothing, isReady }: BulkFootProps) {
  const { isDanger } = BULK_WORDS[request.kind];
  const first = { "data-first": true };
  return (
    <>
      <EnvironmentBadge />
      <span className="gap" />
      <button type="button" className="button" {...((isDanger || isNothing) && first)} onClick={closeBulk}>
        Back
      </button>
      {!isNothing && (
        <button
          type="submit"
          form="bulk"
          className={`button primary ${isDanger ? "danger" : ""}`}
          {...(!isDanger && first)}
          disabled={!isReady}
        >
          {wordsOfButton(request, seen)}
        </button>
      )}
    </>
  );
}

function Title({ kind, title }: { readonly kind: BulkRequest["kind"]; readonly title: string }) {
  return (
    <>
      {BULK_WORDS[kind].verb}: <UserText text={title} max={120} />
    </>
  );
}

function wordsOfButton({ kind }: BulkRequest, { count, isComplete }: Foreseen): string {
  return isComplete ? deedOf(kind, count) : `${BULK_WORDS[kind].verb} all that match`;
}

interface TypedFieldProps {
  readonly confirmation: Confirmation;
  readonly typed: string;
  readonly type: (typed: string) => void;
}

function TypedField({ confirmation, typed, type }: TypedFieldProps) {
  if (confirmation.is !== "typed") return null;
  return (
    <div className="field">
      <label htmlFor="bulk-word">
        Type <code>{<UserText text={confirmation.word} />}</code> to go on
      </label>
      <input
        id="bulk-word"
        data-first
        className="input mono"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => type(target.value)}
      />
    </div>
  );
}
