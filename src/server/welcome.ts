// The first screen of somebody who has just started the server: where it is, what to open, and what to paste next.
import { type ListenAddress, showListenAddress } from "./listen-address.ts";

/** Plain text, for a terminal. */
export function welcome(address: ListenAddress, store: string): string {
  const at = showListenAddress(address);
  return `
  Lakh is at http://${at}, its jobs in ${store}

  dashboard  http://${at}
  a worker   lakh work welcome --exec 'cat'${address.port === DEFAULT_PORT ? "" : ` --server http://${at}`}
  a job      curl -s ${at}/lakh.v1.ProducerService/Enqueue -H 'content-type: application/json' \\
               -d '{"jobs":[{"name":"welcome","json":{"user":42}}]}'
  to stop    Ctrl-C; once more to stop at once

`;
}

const DEFAULT_PORT = 50_051;
