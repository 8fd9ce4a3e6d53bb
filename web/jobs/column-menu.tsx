// Which columns are shown.
import { useRef } from "react";
import { Icon } from "../parts/icon.tsx";
import { COLUMN_KEYS, chooseColumn, useChosenColumns } from "./chosen-columns.ts";
import { COLUMN_HEADS } from "./job-columns.tsx";

export function ColumnMenu() {
  const menu = useRef<HTMLDetailsElement>(null);
  const chosen = useChosenColumns();
  const close = () => menu.current?.removeAttribute("open");
  return (
    <details
      ref={menu}
      className="menu"
      onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && close()}
      onKeyDown={({ key }) => {
        if (key !== "Escape") return;
        close();
        menu.current?.querySelector("summary")?.focus();
      }}
    >
      <summary className="button">
        Columns <Icon name="down" />
      </summary>
      <fieldset className="menu-body" aria-label="Columns" tabIndex={-1}>
        {COLUMN_KEYS.map((key) => (
          <label key={key}>
            <input
              type="checkbox"
              checked={chosen.includes(key)}
              disabled={key === "id"}
              onChange={({ target }) => chooseColumn(key, target.checked)}
            />
            {COLUMN_HEADS[key]}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
