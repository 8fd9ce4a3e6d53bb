// A payload byte by byte.
import { useState } from "react";
import { formatBytes } from "../format/numbers.ts";
import { hexLineCount, hexLines } from "./hex.ts";

const LINES_AT_A_TIME = 256;

export function HexView({ bytes }: { readonly bytes: Uint8Array }) {
  const [max, setMax] = useState(LINES_AT_A_TIME);
  return (
    <div className="payload-text">
      <pre>
        {hexLines(bytes, max).map(({ place, hex, ascii }) => (
          <div key={place} className="hex-line">
            <span className="quiet">{place}</span> <span>{hex.padEnd(47)}</span> <span>{ascii}</span>
          </div>
        ))}
      </pre>
      {hexLineCount(bytes) > max && (
        <button type="button" className="button small" onClick={() => setMax(max + LINES_AT_A_TIME)}>
          More of {formatBytes(bytes.length)}
        </button>
      )}
    </div>
  );
}
