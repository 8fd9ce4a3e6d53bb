// Finds the known name that somebody probably meant, for messages about unknown flags, settings and commands.

/**
 * The known name closest to `wrong`, or undefined when none is close: at most a third of its letters, and two in
 * short names, may differ. A difference is a letter added, left out, changed, or swapped with its neighbour
 * (optimal string alignment distance). The beginning of a name, three letters or more, is close too.
 */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  let nearest: string | undefined;
  let shortest = Math.max(2, Math.floor(wrong.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong, name);
    if (distance >= shortest) continue;
    shortest = distance;
    nearest = name;
  }
  return nearest ?? names.find((name) => wrong.length >= 3 && name.startsWith(wrong));
}

/** The sentence "Did you mean x?", or undefined when no known name is close. */
export function didYouMean(wrong: string, known: Iterable<string>, prefix = ""): string | undefined {
  const name = nearestName(wrong, known);
  return name === undefined ? undefined : `Did you mean ${prefix}${name}?`;
}

function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
