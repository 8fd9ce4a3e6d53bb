// Numbers as pictures of one line: a sparkline for what was, a bar for how much of it.

const heights = "▁▂▃▄▅▆▇█";
const eighths = " ▏▎▍▌▋▊▉█";

/** The last values, one column each, the newest to the right; the highest of them fills the line. */
export function sparkline(values: readonly number[], columns: number): string {
  const shown = values.slice(-columns);
  const top = Math.max(...shown, 0);
  const line = shown.map((value) => {
    if (top === 0 || value <= 0) return heights[0];
    return heights[Math.min(7, Math.max(1, Math.round((value / top) * 7)))];
  });
  return line.join("").padStart(columns);
}

/** How much of `most` the value is, to an eighth of a column. Whatever is not nothing shows. */
export function bar(value: number, most: number, columns: number): string {
  if (most <= 0 || value <= 0) return " ".repeat(columns);

  const parts = Math.max(1, Math.round(Math.min(1, value / most) * columns * 8));
  const whole = "█".repeat(Math.floor(parts / 8));
  return `${whole}${parts % 8 === 0 ? "" : eighths[parts % 8]}`.padEnd(columns);
}
