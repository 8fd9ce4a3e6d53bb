// Where the words at the ends of lines go: beside the end, and never over each other.

export interface Room {
  /** Between two of them, at least. */
  readonly gap: number;
  readonly top: number;
  readonly bottom: number;
}

/** As near to where they want to be as there is room, in the same order. Undefined stays undefined. */
export function placeLabels(wanted: readonly (number | undefined)[], { gap, top, bottom }: Room) {
  const order = wanted
    .flatMap((y, i) => (y === undefined ? [] : [{ y, i }]))
    .toSorted((a, b) => a.y - b.y || a.i - b.i);
  const placed: number[] = [];
  for (const { y } of order) placed.push(Math.max(y, (placed.at(-1) ?? top - gap) + gap));
  for (let i = placed.length - 1; i >= 0; i--)
    placed[i] = Math.min(placed[i] ?? 0, (placed[i + 1] ?? bottom + gap) - gap);
  const places: (number | undefined)[] = wanted.map(() => undefined);
  for (const [at, { i }] of order.entries()) places[i] = placed[at];
  return places;
}
