// One script, every client: what works in one dialect works in all. Here the clients of Node; curl and the browser have
// files of their own.
import { describe } from "node:test";
import { grpcJsClient } from "./grpc-js-client.ts";
import { openMatrix, testClient } from "./matrix-run.ts";
import { nodeClients } from "./node-clients.ts";

const { url } = await openMatrix();

// A few at a time: each of them waits for its own steps in turn, and a busy machine makes reservations run out.
describe("every client passes the same script", { concurrency: 4, timeout: 240_000 }, () => {
  testClient(grpcJsClient(url));
  for (const client of nodeClients(url)) testClient(client);
});
