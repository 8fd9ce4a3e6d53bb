// Ctrl K (or Command K): go anywhere by a few letters.
import { useQuery } from "@connectrpc/connect-query";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { Dialog } from "../parts/dialog.tsx";
import { go } from "../shell/router.tsx";
import { SCREENS } from "../shell/screens.ts";
import { TITLES } from "../shell/titles.ts";
import { UserText } from "../text/text.tsx";
import { type PaletteEntry, paletteEntries } from "./palette-entries.ts";
import "./keys.css";

const QUEUES_ASKED = 50;
const PLACES = SCREENS.filter((screen) => screen !== "queue" && screen !== "job").map(
  (screen) => [screen, TITLES[screen]] as const,
);

export function Palette() {
  const [isOpen, open] = useState(false);
  useEffect(() => {
    const heard = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) open(true);
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, []);
  return isOpen ? <PaletteDialog close={() => open(false)} /> : null;
}

function PaletteDialog({ close }: { readonly close: () => void }) {
  const [typed, type] = useState("");
  const [at, move] = useState(0);
  const entries = useEntries(typed);
  const current = Math.min(at, entries.length - 1);
  const listId = useId();
  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    close();
    go(entry.screen, entry.params);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) move(Math.min(Math.max(current + step, 0), entries.length - 1));
    else if (event.key === "Enter") choose(entries[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Go to" close={close}>
      <input
        className="input"
        data-first=""
        role="combobox"
        aria-label="Screen, queue, job id or filter"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={`${listId}-${current}`}
        placeholder="Screen, queue, job id or filter"
        value={typed}
        onChange={({ target }) => {
          type(target.value);
          move(0);
        }}
        onKeyDown={press}
      />
      <Entries {...{ entries, current, listId, choose }} />
    </Dialog>
  );
}

function useEntries(typed: string): readonly PaletteEntry[] {
  const { data } = useQuery(AdminService.method.listQueues, { pageSize: QUEUES_ASKED, namePrefix: "" });
  return paletteEntries(typed, { screens: PLACES, queues: data?.queues.map(({ name }) => name) ?? [] });
}

interface EntriesProps {
  readonly entries: readonly PaletteEntry[];
  readonly current: number;
  readonly listId: string;
  readonly choose: (entry: PaletteEntry) => void;
}

function Entries({ entries, current, listId, choose }: EntriesProps) {
  return (
    <div className="palette" role="listbox" id={listId} aria-label="Where to go">
      {entries.map((entry, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the field, which keeps the focus
        <div
          key={entry.key}
          id={`${listId}-${i}`}
          role="option"
          aria-selected={i === current}
          tabIndex={-1}
          onClick={() => choose(entry)}
        >
          <UserText text={entry.text} max={80} />
          <span className="quiet">{entry.kind}</span>
        </div>
      ))}
    </div>
  );
}
