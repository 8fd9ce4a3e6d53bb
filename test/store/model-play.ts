// M1: random commands against an engine and its model. Any engine can be played; what is printed of a failure replays it.
import fc from "fast-check";
import type { Engine } from "./engine.ts";
import { Model, type ModelSettings } from "./model.ts";
import * as commands from "./model-commands.ts";
import { expectAll, type Known, knowing, type World } from "./model-world.ts";
import { DAY, SECOND } from "./new-jobs.ts";

const wanted: fc.Arbitrary<commands.Wanted> = fc.record({
  id: fc.option(fc.nat(7), { nil: undefined, freq: 2 }),
  name: fc.constantFrom(...commands.NAMES),
  priority: fc.constantFrom(0, 0, 0, -1, 1, 100),
  delayMs: fc.constantFrom(0, 0, 0, 1, SECOND, 60 * SECOND),
  reservationMs: fc.constantFrom(60 * SECOND, 60 * SECOND, SECOND, 0),
  maxRetries: fc.constantFrom(0, 1, 2, 30),
  fixedDelayMs: fc.constantFrom(undefined, 0, 2 * SECOND),
  startsWithinMs: fc.option(fc.constantFrom(0, 5 * SECOND), { nil: undefined, freq: 6 }),
  size: fc.constantFrom(1, 1, 1, 1_024, 1_025, 9_000),
  key: fc.constantFrom(undefined, undefined, "k1"),
  replace: fc.boolean(),
  keepResultMs: fc.constantFrom(undefined, undefined, undefined, 0, 2 * SECOND),
});

const room = fc.constantFrom(0, 1, 2, 50);

const offer: fc.Arbitrary<commands.Offer> = fc.record({
  rooms: fc.tuple(room, room, room),
  jobsMax: fc.constantFrom(1, 3, 500, 500),
  bytesMax: fc.constantFrom(1, 2_000, 1 << 20, 1 << 20),
  worker: fc.constantFrom(...commands.WORKERS),
  stream: fc.boolean(),
});

const what = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<commands.Wish["what"]>(
      ...(["succeed", "fail", "fail", "release", "lose", "cancel", "retry"] as const),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<commands.Wish["what"]>("retry", "run_now", "reserve", "extend", "deliver"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<commands.Wish["what"]>(
      ...(["undeliver", "disconnect", "reattach", "condemn", "delete"] as const),
    ),
  },
);

const wish: fc.Arbitrary<commands.Wish> = fc.record({
  what,
  target: fc.nat(60),
  attemptsAgo: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, -1),
  stranger: fc.integer({ min: 0, max: 7 }).map((n) => n === 5),
  spanMs: fc.constantFrom(undefined, undefined, 0, SECOND, 30 * SECOND),
  final: fc.integer({ min: 0, max: 9 }).map((n) => n === 5),
  mark: fc.constantFrom(undefined, "one", "two", "three"),
});

const spans = fc.constantFrom(
  1,
  SECOND,
  10 * SECOND,
  60 * SECOND,
  30 * 60 * SECOND,
  DAY,
  -SECOND,
  -60 * SECOND,
  -DAY,
);

/** What is done most often gives the rest something to be done to. */
function anyCommand(lasts: boolean): fc.Arbitrary<commands.Command>[] {
  const everywhere = [
    fc.array(wanted, { minLength: 1, maxLength: 4 }).map(commands.enqueue),
    fc.array(wanted, { minLength: 1, maxLength: 2 }).map(commands.enqueue),
    offer.map(commands.reserve),
    offer.map(commands.reserve),
    fc.array(wish, { minLength: 1, maxLength: 6 }).map(commands.happen),
    fc.array(wish, { minLength: 1, maxLength: 6 }).map(commands.happen),
    fc.array(wish, { minLength: 1, maxLength: 2 }).map(commands.happen),
    fc.tuple(fc.constantFrom(1, 100), fc.boolean()).map(([jobsMax, there]) => commands.wake(jobsMax, there)),
    fc.constant(commands.wake(100, true)),
    fc.constantFrom(0, SECOND).map(commands.streamsBreak),
    spans.map(commands.clock),
  ];
  return lasts
    ? [...everywhere, fc.constantFrom("reopen" as const, "crash" as const).map(commands.again)]
    : everywhere;
}

const settings: fc.Arbitrary<ModelSettings> = fc.record({
  retention: fc.constantFrom(
    { succeeded: DAY, cancelled: DAY, dead: 180 * DAY },
    { succeeded: 60 * SECOND, cancelled: 0, dead: SECOND },
    { succeeded: 0, cancelled: 1, dead: 0 },
  ),
  chance: fc.constantFrom(0, 0.5, 0.999),
});

export interface Play {
  readonly runs: number;
  readonly commandsMax: number;
  /** Ends with the first divergence, unshrunk. */
  readonly hasty?: boolean;
  /** What a failure printed, to replay it. */
  readonly replay?: { readonly seed: number; readonly path: string };
  readonly replayPath?: string;
  /** Counts what the engine answered. */
  readonly answers?: Map<string, number>;
}

/** What fast-check says of a failed run, and what went wrong at its end. */
export async function reportOf(run: Awaited<ReturnType<typeof playModel>>): Promise<string> {
  return `${await fc.asyncDefaultReportMessage(run)}\n${run.errorInstance instanceof Error ? run.errorInstance.stack : ""}`;
}

export async function playModel(engine: Engine, play: Play) {
  const { runs, commandsMax, hasty, replay, replayPath, answers = new Map() } = play;
  const some = fc.commands(anyCommand(engine.lasts), {
    ...{ maxCommands: commandsMax, size: "max" },
    ...(replayPath !== undefined && { replayPath }),
  });
  const property = fc.asyncProperty(settings, some, async (chosen, plan) => {
    const options = { retention: chosen.retention, chance: () => chosen.chance };
    const world: World = { opened: await engine.open(options), answers };
    const known: Known = knowing(new Model(chosen));
    try {
      await fc.asyncModelRun(() => ({ model: known, real: world }), plan);
      await expectAll(known, world);
    } finally {
      await world.opened[Symbol.asyncDispose]();
    }
  });
  return fc.check(property, { numRuns: runs, endOnFailure: hasty === true, ...replay });
}
