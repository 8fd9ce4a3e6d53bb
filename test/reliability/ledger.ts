// The clients' memory: each line is in the file before the client goes on, so that what it was promised outlives
// everything else that goes wrong.
import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** What a client may write down. Acknowledged means: the server has answered. */
export type Word =
  /** A producer is about to send the job. */
  | "try"
  /** It was acknowledged. */
  | "ack"
  /** The first answer never came, and the repeated call was told that the job is there. */
  | "recovered"
  /** Its cancellation was acknowledged. */
  | "cancelled"
  /** A worker was given this attempt. */
  | "got"
  /** The worker's success was accepted. */
  | "done"
  /** The worker's failure was accepted. */
  | "failed"
  /** The worker named it when it came back, and it was not refused. */
  | "kept"
  /** The worker named it when it came back, had sent no report, and was told that it does not hold it. */
  | "refused";

export interface Entry {
  readonly word: Word;
  readonly id: string;
  /** 0 where it has no meaning. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One client writes to it. */
export class LedgerWriter {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a");
  }

  write(word: Word, ids: readonly string[], attempt = 0): void {
    if (ids.length === 0) return;

    const at = Date.now();
    writeSync(this.#file, ids.map((id) => `${word} ${id} ${attempt} ${at}\n`).join(""));
  }
}

/** Reads what is new since the last time. */
export class LedgerReader {
  readonly #path: string;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  read(): Entry[] {
    const file = openSync(this.#path, "a+");
    const chunks: string[] = [];
    const buffer = Buffer.alloc(1 << 20);
    for (let size = readSync(file, buffer, 0, buffer.length, this.#offset); size > 0; ) {
      chunks.push(buffer.toString("latin1", 0, size));
      this.#offset += size;
      size = readSync(file, buffer, 0, buffer.length, this.#offset);
    }
    closeSync(file);
    const text = chunks.join("");
    // A line that is being written is read the next time.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    this.#offset -= text.length - whole.length;
    return whole.split("\n").slice(0, -1).map(parse);
  }
}

function parse(line: string): Entry {
  const [word = "", id = "", attempt = "", at = ""] = line.split(" ");
  return { word: word as Word, id, attempt: Number(attempt), at: Number(at) };
}
