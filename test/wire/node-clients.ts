// The matrix's clients that connect-node makes, each on connections of its own.
import { Agent } from "node:http";
import type { Transport } from "@connectrpc/connect";
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { connectClient } from "./connect-clients.ts";
import type { WireClient } from "./wire-client.ts";

type Dialect = (url: string, how: How) => Transport;

/** What a transport is made with: an HTTP/2 session, or an agent for HTTP/1.1. */
interface How {
  readonly sessionManager?: Http2SessionManager;
  readonly agent?: Agent;
}

export function nodeClients(url: string): WireClient[] {
  return [
    overHttp2("gRPC, connect-node", url, (baseUrl, how) => createGrpcTransport({ baseUrl, ...how })),
    overHttp2("gRPC-web over HTTP/2", url, (baseUrl, how) =>
      createGrpcWebTransport({ baseUrl, httpVersion: "2", ...how }),
    ),
    overHttp1("gRPC-web over HTTP/1.1", url, (baseUrl, { agent }) =>
      createGrpcWebTransport({ baseUrl, httpVersion: "1.1", ...optionsOf(agent) }),
    ),
    overHttp2("Connect, gzipped, over HTTP/2", url, (baseUrl, how) =>
      createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: true, ...gzipped, ...how }),
    ),
    overHttp2("Connect JSON over HTTP/2", url, (baseUrl, how) =>
      createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: false, ...how }),
    ),
    overHttp1("Connect over HTTP/1.1", url, (baseUrl, { agent }) =>
      createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: true, ...optionsOf(agent) }),
    ),
    overHttp1("Connect JSON over HTTP/1.1, reading by GET", url, (baseUrl, { agent }) =>
      createConnectTransport({
        baseUrl,
        httpVersion: "1.1",
        useBinaryFormat: false,
        useHttpGet: true,
        ...optionsOf(agent),
      }),
    ),
  ];
}

const gzipped = { sendCompression: compressionGzip, compressMinBytes: 0 };

function optionsOf(agent: Agent | undefined) {
  return agent ? { nodeOptions: { agent } } : {};
}

export function overHttp2(title: string, url: string, dialect: Dialect): WireClient {
  const sessionManager = new Http2SessionManager(url);
  const close = () => sessionManager.abort();
  return connectClient(title, dialect(url, { sessionManager }), { sends: true, close });
}

function overHttp1(title: string, url: string, dialect: Dialect): WireClient {
  const agent = new Agent({ keepAlive: true });
  const close = () => agent.destroy();
  return connectClient(title, dialect(url, { agent }), { sends: false, close });
}
