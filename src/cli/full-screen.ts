// A view that takes the whole terminal and gives it back as it was: alternate screen, no cursor, keys one by one.
import { type Line, painted } from "./screen-line.ts";
import type { Size, Terminal } from "./terminal.ts";

/** What the view wants to know. */
export interface ScreenEvents {
  readonly onKey: (key: string) => void;
  readonly onResize: () => void;
}

const enter = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const leave = "\u001b[?7h\u001b[?25h\u001b[?1049l";
// Terminals that know it show the frame at once, the others ignore it.
const [beginFrame, endFrame] = ["\u001b[?2026h", "\u001b[?2026l"];

/** Opens one; `using` it, or disposing of it, restores the terminal. */
export class FullScreen implements Disposable {
  readonly #terminal: Terminal;
  readonly #events: ScreenEvents;
  readonly #hear = (chunk: Buffer | string) => {
    for (const key of keysOf(chunk.toString())) this.#events.onKey(key);
  };
  #isOpen = true;

  constructor(terminal: Terminal, events: ScreenEvents) {
    this.#terminal = terminal;
    this.#events = events;
    terminal.out.onResize(events.onResize);
    terminal.readKeys(this.#hear);
    // Also when the process ends by what nobody has thought of.
    process.once("exit", this.#restore);
    void terminal.out.write(enter);
  }

  get size(): Size {
    return this.#terminal.out.size ?? { columns: 80, rows: 24 };
  }

  /** Draws a frame over the last one. */
  async draw(lines: readonly Line[]): Promise<void> {
    if (!this.#isOpen) return;

    const { out } = this.#terminal;
    // The frame is as large as the screen: to clear what follows would clear the last character of a line.
    const text = lines.map((line) => painted(line, out)).join("\r\n");
    await out.write(`${beginFrame}\u001b[H${text}${endFrame}`);
  }

  [Symbol.dispose](): void {
    process.off("exit", this.#restore);
    this.#restore();
  }

  readonly #restore = () => {
    if (!this.#isOpen) return;

    this.#isOpen = false;
    this.#terminal.stopKeys(this.#hear);
    void this.#terminal.out.write(leave);
  };
}

/** Arrows and the like are one key each, of several characters. */
function keysOf(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what terminals send for keys
  return text.match(/\u001b\[[\d;]*[A-Za-z~]|\u001bO[A-Z]|[\s\S]/gu) ?? [];
}
