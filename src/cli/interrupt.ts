// Ctrl-C and SIGTERM, for commands that have something to put in order first.

/** Calls back at the first of them; `using` it, or `stop`, ends that. */
export function onInterrupt(callback: () => void): Disposable {
  const stop = () => callback();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return {
    [Symbol.dispose]() {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
    },
  };
}
