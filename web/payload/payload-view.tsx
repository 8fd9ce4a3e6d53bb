// A payload or a result: as a tree, as text, or as bytes; and to copy exactly as it is.
import { useId, useMemo, useState } from "react";
import { formatBytes } from "../format/numbers.ts";
import { CopyButton } from "../text/copy.tsx";
import { HexView } from "./hex-view.tsx";
import { JsonTreeView } from "./json-tree-view.tsx";
import { copyOf, type PayloadModel, readPayload, type WirePayload } from "./payload-model.ts";
import { TextView } from "./text-view.tsx";
import "./payload-view.css";

export interface PayloadViewProps {
  readonly payload: WirePayload;
  /** What it is: "Payload". For those who hear the page. */
  readonly label?: string;
}

type View = "tree" | "text" | "hex";

const WORDS: Readonly<Record<View, string>> = { tree: "Tree", text: "Text", hex: "Hex" };

export function PayloadView({ payload, label = "Payload" }: PayloadViewProps) {
  const model = useMemo(() => readPayload(payload), [payload]);
  const views = viewsOf(model);
  const [chosen, choose] = useState<View>();
  const view = views.find((one) => one === chosen) ?? views[0];
  const panelId = useId();
  if (view === undefined) return <p className="quiet payload-empty">Empty: no bytes at all.</p>;

  return (
    <div className="payload">
      <div className="payload-head">
        <ViewTabs {...{ views, view, choose, panelId, label }} />
        <span className="quiet">
          {KINDS[model.kind]}, {formatBytes(model.bytes.length)}
        </span>
        <span className="gap" />
        <CopyButton
          text={() => copyOf(model)}
          label={`Copy ${label.toLowerCase()}${model.text === undefined ? " as base64" : ""}`}
        />
      </div>
      <div
        id={panelId}
        role="tabpanel"
        aria-label={`${label}: ${WORDS[view]}`}
        className="payload-body"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
      >
        {view === "tree" && model.tree && <JsonTreeView tree={model.tree} />}
        {view === "text" && <TextView text={model.text ?? ""} tree={model.tree} />}
        {view === "hex" && <HexView bytes={model.bytes} />}
      </div>
    </div>
  );
}

const KINDS: Readonly<Record<PayloadModel["kind"], string>> = {
  json: "JSON",
  text: "text",
  binary: "bytes",
  empty: "empty",
};

function viewsOf({ kind }: PayloadModel): readonly View[] {
  if (kind === "json") return ["tree", "text", "hex"];
  if (kind === "text") return ["text", "hex"];
  return kind === "binary" ? ["hex"] : [];
}

interface ViewTabsProps {
  readonly views: readonly View[];
  readonly view: View;
  readonly choose: (view: View) => void;
  readonly panelId: string;
  readonly label: string;
}

function ViewTabs({ views, view, choose, panelId, label }: ViewTabsProps) {
  const move = (by: number) => {
    const next = views[(views.indexOf(view) + by + views.length) % views.length];
    if (next) choose(next);
  };
  return (
    <div
      className="segments"
      role="tablist"
      aria-label={`How the ${label.toLowerCase()} is shown`}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") move(1);
        else if (event.key === "ArrowLeft") move(-1);
        else return;
        event.currentTarget.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
      }}
    >
      {views.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          aria-selected={one === view}
          aria-controls={panelId}
          tabIndex={one === view ? 0 : -1}
          onClick={() => choose(one)}
        >
          {WORDS[one]}
        </button>
      ))}
    </div>
  );
}
