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

/** Callers that wait for the same commit share it, so how many they are is half of the figure. */
const FEW_CALLERS = 16;
const MANY_CALLERS = 64;
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
    const raw = { server: echo, url: rawUrl, path: "/echo", dialect };
    const fast = { server: lakh, url: lakh.line, path: ENQUEUE, dialect };
    const few = await measure(stand, FEW_CALLERS, { raw, fast });
    yield besideRaw(dialect, FEW_CALLERS, few);
    const many = await measure(stand, MANY_CALLERS, {
      raw,
      fast,
      grpcJs: { server: grpcJs, url: grpcJs.line, path: "/bench.Echo/Echo", dialect: GRPC },
      stock: { server: stock, url: stock.line, path: ENQUEUE, dialect },
    });
    yield besideRaw(dialect, MANY_CALLERS, many);
    yield* besideOthers(dialect, many);
  }
}

function lineOf({ name }: Dialect, callers: number, { perSecond, serverUs, clientUs }: Figures) {
  return {
    what: `enqueue by ${callers} callers, ${name}`,
    figure: perSecond,
    unit: "calls/s",
    durability: DURABLE,
    processor: { serverUs, clientUs },
  } as const;
}

function besideRaw(dialect: Dialect, callers: number, { raw, fast }: Record<"raw" | "fast", Figures>): Line {
  const anchor = anchorOf(`raw node:http${dialect.http === 2 ? "2" : ""} echo`, raw);
  const isCompared = callers === FEW_CALLERS && dialect.name === GRPC.name;
  return {
    ...lineOf(dialect, callers, fast),
    anchor,
    goal: "unary-raw",
    ...(isCompared && { comparison: lakhAt("one by one") }),
  };
}

function* besideOthers(
  dialect: Dialect,
  { fast, grpcJs, stock }: Record<"fast" | "grpcJs" | "stock", Figures>,
): Generator<Line> {
  const line = lineOf(dialect, MANY_CALLERS, fast);
  yield { ...line, anchor: anchorOf("grpc-js echo", grpcJs), goal: "unary-grpc-js" };
  yield { ...line, anchor: anchorOf("Lakh with --stock-rpc", stock) };
}

function anchorOf(name: string, { perSecond, serverUs }: Figures): Anchor {
  return { name, figure: perSecond, serverUs };
}

async function measure<Name extends string>(
  { scale }: Stand,
  count: number,
  targets: Record<Name, Target>,
): Promise<Record<Name, Figures>> {
  const opened: Callers[] = [];
  const entries: [string, Contender][] = [];
  for (const [name, target] of Object.entries<Target>(targets)) {
    const callers = await openCallers(target, count);
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
function openCallers({ url, path, dialect }: Target, callers: number): Promise<Callers> {
  const call = { path, headers: dialect.headers, body: dialect.body };
  return dialect.http === 1
    ? openHttp1Callers(url, callers, call)
    : openHttp2Callers(url, { callers, connections: callers }, call);
}
