// Whoever imports this has connect's own handlers answer on every server of the process: no call takes the fast path.
import { EVERY_SERVER } from "./every-server.ts";

EVERY_SERVER.stockRpc = true;
