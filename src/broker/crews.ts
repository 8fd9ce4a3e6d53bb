// Who may be given jobs of which name, and whose turn it is. Workers that offer the same names are one crew: there are many
// workers, but few kinds of them, so that neither a worker's coming and going nor its room costs anything for each name.
import type { JobName } from "../job/job.ts";
import type { Rooms } from "../store/store.ts";
import type { Session } from "./session.ts";

/** Workers that offer the same names. */
class Crew {
  readonly names: ReadonlySet<JobName>;
  readonly members = new Set<Session>();
  /** Those that may have room, in the order of their turns, each with the number of its turn. */
  readonly #open = new Map<Session, number>();

  constructor(names: ReadonlySet<JobName>) {
    this.names = names;
  }

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  open(session: Session, turn: number): void {
    if (!this.#open.has(session)) this.#open.set(session, turn);
  }

  close(session: Session): void {
    this.#open.delete(session);
  }

  /** Who of them is next, and the number of that turn. */
  first(): readonly [Session, number] | undefined {
    for (const entry of this.#open) {
      if (entry[0].room > 0) return entry;
      this.#open.delete(entry[0]);
    }
    return undefined;
  }

  /** For how many jobs they have room between them, counted up to `most`. */
  room(most: number): number {
    let room = 0;
    for (const session of this.#open.keys()) {
      if (session.room === 0) this.#open.delete(session);
      room += session.room;
      if (room >= most) return most;
    }
    return room;
  }
}

export class Crews {
  readonly #crewOf = new Map<Session, Crew>();
  /** By their names, sorted. */
  readonly #crews = new Map<string, Crew>();
  readonly #offering = new Map<JobName, Set<Crew>>();
  #turns = 0;

  join(session: Session): void {
    const names = new Set(session.names);
    const key = [...names].sort().join(" ");
    let crew = this.#crews.get(key);
    if (!crew) {
      crew = new Crew(names);
      this.#crews.set(key, crew);
      for (const name of names) this.#offeringOf(name).add(crew);
    }
    crew.members.add(session);
    this.#crewOf.set(session, crew);
  }

  leave(session: Session): void {
    const crew = this.#crewOf.get(session);
    if (!crew) return;

    this.#crewOf.delete(session);
    crew.close(session);
    crew.members.delete(session);
    if (crew.members.size === 0) this.#disband(crew);
  }

  has(session: Session): boolean {
    return this.#crewOf.has(session);
  }

  /** The session may have room again; one that had none goes to the end of the line. */
  reopen(session: Session): void {
    if (session.room > 0) this.#crewOf.get(session)?.open(session, ++this.#turns);
  }

  /** Whether somebody who offers this name may have room. */
  mayTake(name: JobName): boolean {
    for (const crew of this.#offering.get(name) ?? []) if (crew.isOpen) return true;
    return false;
  }

  /** Whether it offers one of these names. */
  offersAny(session: Session, names: ReadonlyMap<JobName, unknown>): boolean {
    const offered = this.#crewOf.get(session)?.names;
    if (!offered) return false;

    const [few, many] = offered.size < names.size ? [offered, names] : [names, offered];
    for (const name of few.keys()) if (many.has(name)) return true;
    return false;
  }

  /** Whether there is room for a job of any of these names. */
  haveRoom(names: Iterable<JobName>): boolean {
    for (const name of names)
      for (const crew of this.#offering.get(name) ?? []) if (crew.first()) return true;
    return false;
  }

  /** How many jobs of these names could be handed out, counted up to `most`; workers of several names count once in all. */
  rooms(names: Iterable<JobName>, most: number): Rooms {
    const each = new Map<JobName, number>();
    const counted = new Map<Crew, number>();
    let inAll = 0;
    for (const name of names) {
      let room = 0;
      for (const crew of this.#offering.get(name) ?? []) {
        let its = counted.get(crew);
        if (its === undefined) {
          its = crew.room(most);
          counted.set(crew, its);
          inAll += its;
        }
        room += its;
        if (room >= most) break;
      }
      if (room > 0) each.set(name, Math.min(room, most));
    }
    return { each, inAll: Math.min(inAll, most) };
  }

  /** The worker with room for a job of this name whose turn it is; it goes to the end of the line. */
  next(name: JobName): Session | undefined {
    let [next, turn] = [undefined as Session | undefined, Number.POSITIVE_INFINITY];
    for (const crew of this.#offering.get(name) ?? []) {
      const first = crew.first();
      if (first && first[1] < turn) [next, turn] = first;
    }
    const crew = next && this.#crewOf.get(next);
    if (!crew) return undefined;

    crew.close(next as Session);
    crew.open(next as Session, ++this.#turns);
    return next;
  }

  #offeringOf(name: JobName): Set<Crew> {
    const known = this.#offering.get(name);
    if (known) return known;

    const offering = new Set<Crew>();
    this.#offering.set(name, offering);
    return offering;
  }

  #disband(crew: Crew): void {
    this.#crews.delete([...crew.names].sort().join(" "));
    for (const name of crew.names) {
      const offering = this.#offering.get(name);
      offering?.delete(crew);
      if (offering?.size === 0) this.#offering.delete(name);
    }
  }
}
