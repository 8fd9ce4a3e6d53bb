// Rows that stay where they are while somebody points at them: what is new comes after, and the order is put right when
// the pointer has left.
import { useRef, useState } from "react";

/** Those that were there in the order that they had, the others behind them. */
export function inOldOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  order: readonly string[],
): readonly Row[] {
  const places = new Map(order.map((key, place) => [key, place]));
  const placeOf = (row: Row) => places.get(keyOf(row)) ?? order.length;
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** `hold` goes onto what the pointer must be over. */
export function useSteady<Row>(rows: readonly Row[], keyOf: (row: Row) => string) {
  const [isHeld, setHeld] = useState(false);
  const order = useRef<readonly string[]>([]);
  const steady = isHeld ? inOldOrder(rows, keyOf, order.current) : rows;
  order.current = steady.map(keyOf);
  const hold = { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false) };
  return { rows: steady, hold };
}
