// Measurements that are compared take turns, so that a machine that gets slower gets slower for all of them. What counts
// is the median of the rounds; the round before the first only warms up, since it measures V8's compiler.
import { median, type Processor } from "./line.ts";
import { type Child, processorUs } from "./processes.ts";

/** Jobs or calls, and how many of them in a second. */
export interface Done {
  readonly count: number;
  readonly perSecond: number;
}

/** One of those that take turns. */
export interface Contender {
  /** Whose processor is counted. */
  readonly server: Child;
  /** What must be there before a turn, and is not counted. */
  prepare?(): Promise<unknown>;
  /** One turn. Round 0 is the one that does not count. */
  once(round: number): Promise<Done>;
}

export type Figures = Processor & { readonly perSecond: number };

/** The medians of each contender. */
export async function byTurns<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
): Promise<Record<Name, Figures>> {
  const all = Object.entries<Contender>(contenders).map(([name, one]) => ({
    name,
    one,
    figures: [] as Figures[],
  }));
  for (let round = 0; round <= rounds; round++) {
    for (const { one, figures } of all) {
      const measured = await oneTurn(one, round);
      if (round > 0) figures.push(measured);
    }
  }
  return Object.fromEntries(all.map(({ name, figures }) => [name, mediansOf(figures)])) as Record<
    Name,
    Figures
  >;
}

async function oneTurn({ server, prepare, once }: Contender, round: number): Promise<Figures> {
  await prepare?.();
  const serverBefore = processorUs(server.pid);
  const clientBefore = process.cpuUsage();
  const { count, perSecond } = await once(round);
  const { user, system } = process.cpuUsage(clientBefore);
  const serverUs = (processorUs(server.pid) - serverBefore) / count;
  return { perSecond, serverUs, clientUs: (user + system) / count };
}

function mediansOf(rounds: readonly Figures[]): Figures {
  const of = (key: keyof Figures) => median(rounds.map((round) => round[key]));
  return { perSecond: of("perSecond"), serverUs: of("serverUs"), clientUs: of("clientUs") };
}
