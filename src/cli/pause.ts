// Waits without keeping the process alive.

/** Resolves after so many milliseconds. */
export function pauseMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
