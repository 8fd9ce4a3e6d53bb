// From enqueue to delivery at a rate far from the limit: what a job waits when nothing is in its way.
import { DURABLE, type Line } from "../line.ts";
import { deliveryLatency } from "../loads/delivery-latency.ts";
import type { Stand } from "../stand.ts";

const PER_SECOND = 1_000;
const WARM_UP_SECONDS_MAX = 2;

export async function* latencyLines(stand: Stand): AsyncGenerator<Line> {
  await using server = await stand.startLakh();
  for (const by of ["stream", "calls"] as const) {
    stand.progress(`latency, by ${by}`);
    const load = { perSecond: PER_SECOND, by };
    const seconds = stand.scale.latencySeconds;
    await deliveryLatency(server.line, { ...load, seconds: Math.min(seconds, WARM_UP_SECONDS_MAX) });
    const spans = await deliveryLatency(server.line, { ...load, seconds });
    const what = `enqueue to delivery, 1,000 jobs/s by ${by === "stream" ? "a stream" : "gRPC calls"}`;
    const common = { unit: "ms", durability: DURABLE } as const;
    yield { ...common, what: `${what}, p50`, figure: spans.percentileMs(0.5), goal: "latency-p50" };
    yield { ...common, what: `${what}, p99`, figure: spans.percentileMs(0.99), goal: "latency-p99" };
    yield { ...common, what: `${what}, p99.9`, figure: spans.percentileMs(0.999) };
    yield { ...common, what: `${what}, longest`, figure: spans.maxMs, histogram: spans.filled() };
  }
}
