// How the page speaks to its server: gRPC-web to the public API, answers kept by TanStack Query.
import { Code, ConnectError } from "@connectrpc/connect";
import { TransportProvider } from "@connectrpc/connect-query";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { tellNotice } from "../parts/notice.tsx";
import { SERVER_URL } from "./router.tsx";

const RETRIES_MAX = 5;

export const transport = createGrpcWebTransport({ baseUrl: SERVER_URL });

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      retry: (failures, error) => failures < RETRIES_MAX && isPassing(error),
      retryDelay: (failures) => Math.min(250 * 2 ** failures, 2_000),
      networkMode: "always", // a server on this machine is there without a network
    },
    mutations: { networkMode: "always" },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.meta?.showsErrors !== true) tellNotice({ tone: "error", text: wordsOf(error) });
    },
  }),
});

/** The server, or the way to it, is away; it may be back soon. */
function isPassing(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return code === Code.Unavailable || code === Code.Unknown || code === Code.DeadlineExceeded;
}

/** What failed, in the server's words, and without the code that precedes them. */
export function wordsOf(error: unknown): string {
  const { code, rawMessage } = ConnectError.from(error);
  if (code === Code.Unknown && /fetch/i.test(rawMessage)) return "The server cannot be reached.";

  return rawMessage;
}

export function Connection({ children }: { readonly children: ReactNode }) {
  return (
    <TransportProvider transport={transport}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </TransportProvider>
  );
}
