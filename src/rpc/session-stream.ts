// A session on a stream, for every service that serves workers: it is joined, spoken for and left here, whatever way the
// stream ends.
import { Code, ConnectError } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import type { Joined, Leaving } from "../broker/roster.ts";
import type { Introduction, Parcel, Session } from "../broker/session.ts";
import { ignoreStoreFault } from "../store/store.ts";
import { Bell } from "./bell.ts";
import { expectTaking, unavailable } from "./errors.ts";

/** What a stream that speaks for a session has at hand. */
export interface SessionStream extends Joined {
  readonly bell: Bell;
  readonly signal: AbortSignal;
  /** How the session is left when the stream ends; "broken" unless the worker says goodbye. */
  how: Leaving;
}

/** Joins, lets `speak` speak, and leaves: at once when the client goes away, and in any case at the end. */
export async function* inSession<T>(
  broker: Broker,
  { introduction, signal }: { introduction: Introduction; signal: AbortSignal },
  speak: (stream: SessionStream) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  expectTaking(broker);
  const bell = new Bell(broker.clock);
  const joined = await broker.join(introduction);
  joined.session.onNews = bell.ring;
  const stream: SessionStream = { ...joined, bell, signal, how: "broken" };
  const onAbort = () => {
    broker.leave(joined.session, "broken").catch(ignoreStoreFault);
    bell.ring();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    yield* speak(stream);
    throwIfEnded(joined.session);
  } finally {
    // It also aborts when the call has ended well.
    signal.removeEventListener("abort", onAbort);
    await broker.leave(joined.session, stream.how);
  }
}

/**
 * What there is for the worker, as it comes; undefined when the bell rang for something else, or at `beatAt`. That a
 * parcel has left the server is known when the next one is asked for. Ends when the server ends the session.
 */
export async function* parcels(
  broker: Broker,
  { session, bell, signal }: SessionStream,
  beatAt: () => number,
): AsyncGenerator<Parcel | undefined> {
  for (;;) {
    signal.throwIfAborted();
    const parcel = session.take();
    yield parcel;
    if (parcel) await broker.sent(session, parcel.deliveries);
    else if (session.ended) return;
    else await bell.wait(beatAt());
  }
}

function throwIfEnded({ ended }: Session): void {
  if (ended === "stopped") throw unavailable("the server is stopping. Come back");
  if (ended === "replaced")
    throw new ConnectError("a newer stream of the same worker_id took over", Code.Aborted);
}
