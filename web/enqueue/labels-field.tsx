// Labels, row by row.
import { useContext } from "react";
import { Icon } from "../parts/icon.tsx";
import { WrongContext } from "./field.tsx";
import type { LabelRow } from "./form.ts";
import type { FieldsProps } from "./name-field.tsx";

export function LabelsField({ form: { labels }, change }: FieldsProps) {
  const wrong = useContext(WrongContext).labels;
  const add = () => {
    const row = Math.max(0, ...labels.map((label) => label.row + 1));
    change({ labels: [...labels, { row, key: "", value: "" }] });
  };
  const set = (row: number, part: Partial<LabelRow>) =>
    change({ labels: labels.map((label) => (label.row === row ? { ...label, ...part } : label)) });
  const drop = (row: number) => change({ labels: labels.filter((label) => label.row !== row) });
  return (
    <fieldset className="enqueue-group enqueue-labels">
      <legend className="enqueue-label">Labels</legend>
      {labels.map((label, i) => (
        <Row key={label.row} label={label} place={i + 1} isWrong={wrong !== undefined} {...{ set, drop }} />
      ))}
      {wrong !== undefined && (
        <span className="wrong" role="alert">
          {wrong}
        </span>
      )}
      <button type="button" className="button small" onClick={add}>
        <Icon name="plus" /> Label
      </button>
    </fieldset>
  );
}

interface RowProps {
  readonly label: LabelRow;
  /** Counted from 1. */
  readonly place: number;
  readonly isWrong: boolean;
  readonly set: (row: number, part: Partial<LabelRow>) => void;
  readonly drop: (row: number) => void;
}

function Row({ label: { row, key, value }, place, isWrong, set, drop }: RowProps) {
  const shared = {
    className: "input",
    autoComplete: "off",
    spellCheck: false,
    "aria-invalid": isWrong || undefined,
  };
  return (
    <div className="enqueue-label-row">
      <input
        {...shared}
        aria-label={`Key of label ${place}`}
        placeholder="key"
        value={key}
        onChange={({ target }) => set(row, { key: target.value })}
      />
      <input
        {...shared}
        aria-label={`Value of label ${place}`}
        placeholder="value"
        value={value}
        onChange={({ target }) => set(row, { value: target.value })}
      />
      <button
        type="button"
        className="button bare icon-only"
        aria-label={`Take out label ${place}`}
        onClick={() => drop(row)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
