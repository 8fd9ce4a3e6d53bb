// What runs inside the browser: the same script, over fetch. esbuild makes one file of it and all that it imports.
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { type Beating, openBeating } from "./beating.ts";
import { connectClient } from "./connect-clients.ts";
import type { Lane } from "./lanes.ts";
import { runScript, type ScriptRun } from "./script.ts";

/** What the page offers to the test. */
export interface LakhPage {
  runScript(dialect: Dialect, options: { prefix: string; lane: Lane }): Promise<ScriptRun[]>;
  openBeating(dialect: Dialect, prefix: string): Promise<readonly string[]>;
  beatAgain(): Promise<readonly string[]>;
}

export type Dialect = "gRPC-web" | "Connect";

declare global {
  var lakhPage: LakhPage;
}
declare const location: { readonly origin: string };

let beating: Beating | undefined;

globalThis.lakhPage = {
  runScript: (dialect, { prefix, lane }) => runScript(clientOf(dialect), { prefix, lanes: [lane] }),
  async openBeating(dialect, prefix) {
    beating = await openBeating(clientOf(dialect), prefix);
    return beating.streams;
  },
  async beatAgain() {
    return (await beating?.again()) ?? [];
  },
};

function clientOf(dialect: Dialect) {
  const open = { "gRPC-web": createGrpcWebTransport, Connect: createConnectTransport }[dialect];
  const transport = open({ baseUrl: location.origin });
  return connectClient(`${dialect} from a page`, transport, { sends: false, close: () => {} });
}
