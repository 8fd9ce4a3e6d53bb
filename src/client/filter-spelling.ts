// Finds the word that somebody probably meant. The server's settings have a finder of their own, in a room that the
// library cannot see; this one has few and short words to tell apart.

/** The known word nearest to `wrong`, of which two letters may differ, or which it begins; undefined when none is near. */
export function nearest(wrong: string, known: Iterable<string>): string | undefined {
  const words = [...known];
  const distances = words.map((word) => distance(wrong.toLowerCase(), word));
  const least = Math.min(...distances);
  if (least <= Math.min(2, Math.ceil(wrong.length / 2))) return words[distances.indexOf(least)];
  return words.find((word) => wrong.length >= 2 && (word.startsWith(wrong) || wrong.startsWith(word)));
}

/** How many letters must be added, left out or changed (Levenshtein); two swapped ones are two. */
function distance(from: string, to: string): number {
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      const [above, left, diagonal] = [last[column], current[column - 1], last[column - 1]] as [
        number,
        number,
        number,
      ];
      current.push(Math.min(above + 1, left + 1, diagonal + change));
    }
    last = current;
  }
  return last.at(-1) ?? 0;
}
