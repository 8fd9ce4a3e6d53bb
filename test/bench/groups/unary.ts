// Unary calls: enqueue of one durable job by many callers, in each dialect, beside an echo of the same bytes by raw Node
// and by grpc-js, and beside Lakh without its fast path.
import { type Anchor, DURABLE, type Line, lakhAt } from "../line.ts";
import { type Callers, Tally } from "../loads/callers.ts";
import { DIALECTS, type Dialect, GRPC } from "../loads/dialects.ts";
import { openHttp1Callers } from "../loads/http1-callers.ts";
import { openHttp2Callers } from "../loads/http2-callers.ts";
import { type Child, startChild } from "../processes.ts";
import type { Stand } from "../stand.ts";
import { byTurns, type Contender, type Figures } from "../turns.ts";

const CALLERS = 16;
const ENQUEUE = "/lakh.v1.ProducerService/Enqueue";

/** A server, where it is asked, and in which dialect. */
interface Target {
  readonly server: Child;
  readonly url: string;
  readonly path: string;
  readonly dialect: Dialect;
}

export async function* unaryLines(stand: Stand): AsyncGenerator<Line> {
  await using echo = await startChild("echo-process.ts");
  await using grpcJs = await startChild("grpc-js-process.ts");
  await using lakh = await stand.startLakh();
  await using stock = await stand.startLakh(["--stock-rpc"]);
  const [http1 = "", http2 = ""] = echo.line.split(" ");
  for (const dialect of DIALECTS) {
    stand.progress(`unary calls, ${dialect.name}`);
    const rawUrl = dialect.http === 1 ? http1 : http2;
    const figures = await measure(stand, {
      raw: { server: echo, url: rawUrl, path: "/echo", dialect },
      grpcJs: { server: grpcJs, url: grpcJs.line, path: "/bench.Echo/Echo", dialect: GRPC },
      fast: { server: lakh, url: lakh.line, path: ENQUEUE, dialect },
      stock: { server: stock, url: stock.line, path: ENQUEUE, dialect },
    });
    yield* linesOf(dialect, figures);
  }
}

type Measured = Record<"raw" | "grpcJs" | "fast" | "stock", Figures>;

function* linesOf({ name, http }: Dialect, { raw, grpcJs, fast, stock }: Measured): Generator<Line> {
  const { perSecond: figure, serverUs, clientUs } = fast;
  const what = `enqueue by calls, ${name}`;
  const line = {
    what,
    figure,
    unit: "calls/s",
    durability: DURABLE,
    processor: { serverUs, clientUs },
  } as const;
  yield { ...line, anchor: anchorOf(`raw node:http${http === 2 ? "2" : ""} echo`, raw), goal: "unary-raw" };
  yield { ...line, anchor: anchorOf("grpc-js echo", grpcJs), goal: "unary-grpc-js" };
  yield {
    ...line,
    anchor: anchorOf("Lakh with --stock-rpc", stock),
    ...(name === GRPC.name && { comparison: lakhAt("one by one") }),
  };
}

function anchorOf(name: string, { perSecond, serverUs }: Figures): Anchor {
  return { name, figure: perSecond, serverUs };
}

async function measure<Name extends string>(
  { scale }: Stand,
  targets: Record<Name, Target>,
): Promise<Record<Name, Figures>> {
  const opened: Callers[] = [];
  const entries: [string, Contender][] = [];
  for (const [name, target] of Object.entries<Target>(targets)) {
    const callers = await openCallers(target);
    opened.push(callers);
    const once = (round: number) => call(callers, round === 0 ? scale.warmUpMs : scale.roundMs);
    entries.push([name, { server: target.server, once }]);
  }
  const figures = await byTurns(Object.fromEntries(entries) as Record<Name, Contender>, scale.rounds);
  for (const callers of opened) callers.close();
  return figures;
}

async function call(callers: Callers, forMs: number) {
  const tally = Tally.forMs(forMs);
  await callers.callUntil(tally);
  return { count: tally.answered, perSecond: tally.perSecond };
}

/** Each caller has a connection of its own, in either version of HTTP. */
function openCallers({ url, path, dialect }: Target): Promise<Callers> {
  const call = { path, headers: dialect.headers, body: dialect.body };
  return dialect.http === 1
    ? openHttp1Callers(url, CALLERS, call)
    : openHttp2Callers(url, { callers: CALLERS, connections: CALLERS }, call);
}
