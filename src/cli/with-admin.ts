// A connection to a server's AdminService for as long as a command needs it.
import { AdminCalls } from "../client/admin-calls.ts";
import type { CommonFlags } from "./common-flags.ts";

/** Long enough for a server that restarts, short enough for a person who forgot to start one. */
export const patienceMs = 1_000;

/** Runs `use` with a connection, and closes it. */
export async function withAdmin<T>(
  { url }: CommonFlags,
  use: (calls: AdminCalls) => Promise<T>,
  { retryForMs = patienceMs }: { readonly retryForMs?: number } = {},
): Promise<T> {
  const calls = new AdminCalls({ url, retryForMs });
  try {
    return await use(calls);
  } finally {
    calls.close();
  }
}
