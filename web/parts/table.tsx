// Every list of the page: a real table with a caption, whose rows open by Enter, move by j and k, and are picked by x.
import { type MouseEvent, type ReactNode, useRef } from "react";
import { useKeys } from "../keys/keys.ts";
import type { Picks } from "./picks.ts";

export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  /** Read out, and seen by nobody: a column of buttons. */
  readonly isHeadUnseen?: boolean;
  /** To the end, in figures of equal width. */
  readonly isNumber?: boolean;
  /** Takes the whole width where rows are cards. */
  readonly isWide?: boolean;
  /** Takes the width that others leave, and what does not fit is cut. */
  readonly isFill?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

export interface TableProps<Row> {
  /** Read out before the table; seen by nobody. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly open?: (row: Row) => void;
  /** Rows can be picked. */
  readonly picks?: Picks;
  /** More keys for the row that has the focus: `r` retries it. */
  readonly keys?: Readonly<Record<string, { readonly does: string; readonly run: (row: Row) => void }>>;
}

export function Table<Row>({ caption, columns, rows, keyOf, open, picks, keys = {} }: TableProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const focused = () =>
    [...(body.current?.rows ?? [])].indexOf(document.activeElement?.closest("tr") ?? never());
  const move = (by: number) => {
    const all = body.current?.rows;
    all?.[Math.min(Math.max(focused() + by, 0), all.length - 1)]?.focus();
  };
  const withRow = (run: (row: Row) => void) => () => {
    const row = rows[focused()];
    if (row !== undefined) run(row);
  };
  useKeys({
    j: { does: "next row", run: () => move(1) },
    k: { does: "row before", run: () => move(-1) },
    ...(open && { Enter: { does: "open the row", run: withRow(open) } }),
    ...(picks && {
      x: { does: "pick the row", run: withRow((row) => picks.toggle(keyOf(row))) },
      X: {
        does: "pick the rows up to here",
        run: withRow((row) => picks.extend(keyOf(row), rows.map(keyOf))),
      },
    }),
    ...Object.fromEntries(
      Object.entries(keys).map(([key, { does, run }]) => [key, { does, run: withRow(run) }]),
    ),
  });
  return (
    <div className="table-frame">
      <table className="table cards">
        <caption className="unseen">{caption}</caption>
        <TableHead columns={columns} picks={picks} rowKeys={() => rows.map(keyOf)} />
        <tbody ref={body}>
          {rows.map((row) => (
            <TableRow
              key={keyOf(row)}
              {...{ row, columns, picks, rowKey: keyOf(row), rowKeys: () => rows.map(keyOf) }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function never(): HTMLTableRowElement {
  return document.createElement("tr");
}

interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly picks: Picks | undefined;
  readonly rowKeys: () => readonly string[];
}

function TableHead<Row>({ columns, picks, rowKeys }: TableHeadProps<Row>) {
  return (
    <thead>
      <tr>
        {picks && (
          <th className="pick" scope="col">
            <input
              type="checkbox"
              aria-label="Pick all rows that are shown"
              checked={rowKeys().length > 0 && rowKeys().every((key) => picks.has(key))}
              onChange={({ target }) => picks.setAll(rowKeys(), target.checked)}
            />
          </th>
        )}
        {columns.map(({ key, head, isHeadUnseen, isNumber }) => (
          <th key={key} scope="col" className={isNumber ? "number" : undefined}>
            {isHeadUnseen ? <span className="unseen">{head}</span> : head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface TableRowProps<Row> {
  readonly row: Row;
  readonly rowKey: string;
  readonly rowKeys: () => readonly string[];
  readonly columns: readonly Column<Row>[];
  readonly picks: Picks | undefined;
}

function TableRow<Row>({ row, rowKey, rowKeys, columns, picks }: TableRowProps<Row>) {
  const isPicked = picks?.has(rowKey);
  const pick = ({ shiftKey }: MouseEvent) =>
    shiftKey ? picks?.extend(rowKey, rowKeys()) : picks?.toggle(rowKey);
  return (
    <tr tabIndex={-1} {...(picks && { "aria-selected": isPicked })}>
      {picks && (
        <td className="pick">
          <input type="checkbox" aria-label={`Pick ${rowKey}`} checked={isPicked} onClick={pick} readOnly />
        </td>
      )}
      {columns.map(({ key, head, isHeadUnseen, isNumber, isWide, isFill, cell }) => (
        <td
          key={key}
          data-label={isHeadUnseen ? undefined : head}
          className={[isNumber && "number", isWide && "wide", isFill && "fill"].filter(Boolean).join(" ")}
        >
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}
