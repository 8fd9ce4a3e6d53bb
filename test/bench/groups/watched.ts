// What watching costs the work: the same drain with 20 open dashboards and with none, by turns.
import { DURABLE, type Line } from "../line.ts";
import { openWatchers } from "../loads/dashboard.ts";
import type { Stand } from "../stand.ts";
import { drain, streamEnqueue } from "../streams.ts";
import { byTurns } from "../turns.ts";

const WATCHERS = 20;
const BATCH = 200;
const CAPACITY = 1_000;
const JOBS_MAX = 50_000;

export async function* watchedLines(stand: Stand): AsyncGenerator<Line> {
  stand.progress("watchers");
  await using server = await stand.startLakh();
  const { turns } = stand.scale;
  const jobs = Math.min(stand.scale.jobs, JOBS_MAX);
  const prepare = () => streamEnqueue(server.line, { jobs, batch: BATCH });
  const once = async () => ({
    count: jobs,
    perSecond: await drain(server.line, { jobs, capacity: CAPACITY }),
  });
  const onceWatched = async () => {
    const close = await openWatchers(server.line, WATCHERS);
    const done = await once();
    close();
    return done;
  };
  const { alone, watched } = await byTurns(
    { alone: { server, prepare, once }, watched: { server, prepare, once: onceWatched } },
    turns,
  );
  const { perSecond, serverUs, clientUs } = watched;
  yield {
    what: `drain, ${WATCHERS} watchers`,
    figure: perSecond,
    unit: "jobs/s",
    durability: DURABLE,
    anchor: { name: "no watcher", figure: alone.perSecond, serverUs: alone.serverUs },
    processor: { serverUs, clientUs },
  };
}
