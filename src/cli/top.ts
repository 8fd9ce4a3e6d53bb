// `lakh top`: the work, live, in a terminal; or one look at it, where there is none.

import type { AdminCalls } from "../client/admin-calls.ts";
import { toWatchFrame } from "../client/watch-frame.ts";
import { type FlagShapes, readCommandLine } from "../server/flags.ts";
import { span } from "../server/setting-kinds.ts";
import type { Command } from "./commands.ts";
import { commonFlags, ifGiven, one, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { FullScreen } from "./full-screen.ts";
import { onInterrupt } from "./interrupt.ts";
import { noWords } from "./no-words.ts";
import { painted } from "./screen-line.ts";
import type { Terminal } from "./terminal.ts";
import { heightOf, topScreen } from "./top-screen.ts";
import { initialState, withFrame, withKey } from "./top-state.ts";
import { patienceMs, withAdmin } from "./with-admin.ts";

const shapes = { ...commonFlags, interval: { takes: "value" } } as const satisfies FlagShapes;

const topics = ["overview", "queues", "workers", "operations"] as const;
const intervalMsDefault = 1_000;
/** Of the one frame that is printed where there is no terminal. */
const columnsDefault = 120;

/** Shows it until q or Ctrl-C. @throws {Complaint} for a wrong command line, ConnectError when there is no server */
export const top: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  noWords(line, "lakh top");
  const flags = readCommonFlags(line, terminal);
  const intervalMs =
    ifGiven(one(line, "interval"), (text) => span("1s", "1m").read([text])) ?? intervalMsDefault;
  const isLive = terminal.isInteractive && terminal.out.isTerminal;
  // A person who watches is patient; but a server that was never there is told of at once.
  const retryForMs = isLive ? Number.POSITIVE_INFINITY : patienceMs;
  await withAdmin(flags, (calls) => calls.read((client, options) => client.getOverview({}, options)));
  await withAdmin(
    flags,
    (calls) => {
      const view = { calls, intervalMs, url: flags.url, terminal };
      return isLive ? watchLive(view) : printOnce(view);
    },
    { retryForMs },
  );
  return exitCodes.done;
};

interface View {
  readonly calls: AdminCalls;
  readonly intervalMs: number;
  readonly url: string;
  readonly terminal: Terminal;
}

async function printOnce({ calls, intervalMs, url, terminal }: View): Promise<void> {
  const stop = new AbortController();
  for await (const wire of calls.watch({ topics, intervalMs, signal: stop.signal })) {
    const frame = toWatchFrame(wire);
    if (frame.overview === undefined) continue;

    const state = withFrame(initialState(url), frame);
    const now = terminal.now();
    const columns = terminal.out.size?.columns ?? columnsDefault;
    // Without its foot, which says what the keys do.
    const lines = topScreen(state, { columns, rows: heightOf(state, now) }, now).slice(0, -1);
    for (const line of lines) await terminal.out.write(`${painted(line, terminal.out).trimEnd()}\n`);
    return;
  }
}

async function watchLive({ calls, intervalMs, url, terminal }: View): Promise<void> {
  const leaving = new AbortController();
  using _ = onInterrupt(() => leaving.abort());
  let state = initialState(url);
  let frozen = state;
  using screen = new FullScreen(terminal, {
    onKey: (key) => {
      const next = withKey(state, key);
      if (next === undefined) leaving.abort();
      else if (next.isPaused && !state.isPaused) frozen = next;
      state = next ?? state;
      draw();
    },
    onResize: () => draw(),
  });
  const draw = () => {
    const shown = state.isPaused ? { ...frozen, sort: state.sort } : state;
    void screen.draw(topScreen(shown, screen.size, terminal.now()));
  };
  const onBreak = () => {
    state = { ...state, status: "reconnecting" };
    draw();
  };
  draw();
  try {
    for await (const frame of calls.watch({ topics, intervalMs, signal: leaving.signal, onBreak })) {
      state = withFrame(state, toWatchFrame(frame));
      draw();
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  }
}
