// The server under measurement, in a process of its own: prints its URL, ends with its parent.
import { readConfig } from "../../src/server/config.ts";
import { openServer } from "../../src/server/server.ts";

const server = await openServer(readConfig({ argv: process.argv.slice(2) }));
process.stdout.write(`${server.url}\n`);
process.stdin.on("end", () => server.stop("now").then(() => process.exit(0)));
process.stdin.resume();
