// How far a long search has come, for those who wait for it: `searched 2.1M of 10M, 12 found`.
import { roundCountText } from "./ages.ts";
import type { Terminal } from "./terminal.ts";

/** What one page said. */
export interface SearchedPage {
  readonly searched: bigint;
  readonly candidates: bigint;
  readonly nextPageToken: string;
  /** Jobs found so far, over all pages. */
  readonly found: number;
}

/** Where nobody watches, one line in this time is enough. */
const quietMs = 5_000;

/** Tells it on stderr: written over and over on a terminal. */
export class SearchProgress {
  readonly #terminal: Terminal;
  #searched = 0;
  #toldAt: number;
  #isTold = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#toldAt = terminal.now();
  }

  /** Takes one page in. Says nothing of searches that are over at once, or find what they look at. */
  async add({ searched, candidates, nextPageToken, found }: SearchedPage): Promise<void> {
    this.#searched += Number(searched);
    if (nextPageToken === "" || this.#searched <= found) return;

    const { err, now } = this.#terminal;
    const of = Math.max(Number(candidates), this.#searched);
    const text = `searched ${roundCountText(this.#searched)} of ${roundCountText(of)}, ${found} found`;
    if (err.isTerminal) {
      this.#isTold = true;
      await err.write(`\r\u001b[K${err.paint("dim", text)}`);
    } else if (now() - this.#toldAt >= quietMs) {
      this.#toldAt = now();
      await err.write(`${text}\n`);
    }
  }

  /** Leaves the line clean. */
  async end(): Promise<void> {
    if (this.#isTold) await this.#terminal.err.write("\r\u001b[K");
  }
}
