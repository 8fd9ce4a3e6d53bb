// Two whole servers whose clocks stand still and draw the same numbers: asked the same, they make the same ids at the same
// instants, and there is nothing to mask.
import { VirtualClock } from "../../broker/virtual-clock.ts";
import { type LogLine, openWireServer, type WireServerOptions } from "../wire-server.ts";
import { type LogRecord, openPair, type Pair, type Side } from "./pair.ts";

export interface WirePair extends Pair {
  /** Lets time pass on both. */
  advance(ms: number): Promise<void>;
  /** Tells both to stop as servers do, and does not wait until they have. */
  drain(): void;
}

export async function openWirePair(options: WireServerOptions = {}): Promise<WirePair> {
  const clocks: VirtualClock[] = [];
  const drains: (() => Promise<void>)[] = [];
  const pair = await openPair(async ({ stockRpc }) => {
    const clock = new VirtualClock();
    clocks.push(clock);
    const argv = [...(options.argv ?? []), ...(stockRpc ? ["--stock-rpc"] : [])];
    const server = await openWireServer({ ...options, clock, argv });
    drains.push(server.drain);
    let taken = server.lines.length;
    const takeLog = () => {
      const lines = server.lines.slice(taken);
      taken = server.lines.length;
      return lines.filter(({ msg }) => msg !== "connection opened").map(asRecord);
    };
    return { port: server.port, takeLog, logged: (msg) => server.logged({ msg }), stop: server.stop };
  });
  const [stockClock, fastClock] = clocks;
  return {
    stock: ticking(pair.stock, stockClock),
    fast: ticking(pair.fast, fastClock),
    [Symbol.asyncDispose]: pair[Symbol.asyncDispose],
    advance: async (ms) => void (await Promise.all(clocks.map((clock) => clock.advance(ms)))),
    drain: () => drains.forEach((drain) => void drain()),
  };
}

/** What is due now comes while an answer is awaited, without any time passing. */
function ticking(side: Side, clock: VirtualClock | undefined): Side {
  const ask: Side["ask"] = async (call, http) => {
    let isAnswered = false;
    const answer = side.ask(call, http).finally(() => {
      isAnswered = true;
    });
    while (!isAnswered) await clock?.advance(0);
    return answer;
  };
  return { ...side, ask };
}

/** Of an error what it says, not where it was thrown. */
function asRecord({ pid, hostname, time, requestId, err, ...rest }: LogLine): LogRecord {
  const { type, message } = (err ?? {}) as { type?: string; message?: string };
  return { ...rest, hasRequestId: requestId !== undefined && requestId !== "", err: [type, message] };
}
