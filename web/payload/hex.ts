// Bytes as people read them: sixteen in a line, with their place and what they are as ASCII.

export interface HexLine {
  /** Of its first byte, eight hexadecimal digits. */
  readonly place: string;
  readonly hex: string;
  readonly ascii: string;
}

const BYTES_IN_LINE = 16;

/** The first lines, at most so many. */
export function hexLines(bytes: Uint8Array, linesMax: number): readonly HexLine[] {
  const lines: HexLine[] = [];
  for (let from = 0; from < bytes.length && lines.length < linesMax; from += BYTES_IN_LINE) {
    const part = [...bytes.subarray(from, from + BYTES_IN_LINE)];
    lines.push({
      place: from.toString(16).padStart(8, "0"),
      hex: part.map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
      ascii: part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join(""),
    });
  }
  return lines;
}

export function hexLineCount(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / BYTES_IN_LINE);
}
