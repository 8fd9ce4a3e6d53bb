// The kinds of value a setting can have: how each is read from text, and how the reference describes it. Flags,
// environment and file all bring texts, so that a value means the same wherever it was written.
import { Complaint } from "./complaint.ts";
import { type ListenAddress, parseListenAddress } from "./listen-address.ts";

/** A kind of value. */
export interface Kind<T> {
  /** For the reference: `1s to 24h`. */
  readonly allowed: string;
  /** A list: several flags, a comma-separated variable, a TOML array. */
  readonly several?: boolean;
  /** A switch: its flag needs no value. */
  readonly isSwitch?: boolean;
  /** Reads what somebody wrote; one text, or several when `several`. @throws {Complaint} */
  read(texts: readonly string[]): T;
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};

/**
 * Reads a span such as `500ms`, `10s`, `30m`, `24h`, `180d`, `1y` (365 days) or `0`.
 *
 * @returns whole milliseconds, at least 0
 * @throws {Complaint}
 */
export function parseSpanMs(text: string): number {
  const { digits, unit } = /^(?<digits>\d+(?:\.\d+)?)(?<unit>[a-z]*)$/.exec(text)?.groups ?? {};
  if (digits === undefined || unit === undefined) {
    throw new Complaint(
      `"${text}" is no span of time`,
      "Write a number and a unit: 500ms, 10s, 30m, 24h, 180d, 1y.",
    );
  }
  if (unit === "" && Number(digits) === 0) return 0;
  const unitMs = unitsMs[unit];
  if (unitMs === undefined) {
    const why = unit === "" ? `"${text}" has no unit` : `"${unit}" is no unit of time`;
    throw new Complaint(why, `Write ${digits}s, ${digits}m, ${digits}h or ${digits}d.`);
  }

  return Math.round(Number(digits) * unitMs);
}

/** A span of time within bounds, which are written as spans. Read as milliseconds. */
export function span(min: string, max: string): Kind<number> {
  const [minMs, maxMs] = [parseSpanMs(min), parseSpanMs(max)];
  return {
    allowed: `${min} to ${max}`,
    read([text = ""]) {
      const spanMs = parseSpanMs(text);
      if (spanMs >= minMs && spanMs <= maxMs) return spanMs;
      throw new Complaint(`${text} is out of bounds`, `Write a span from ${min} to ${max}.`);
    },
  };
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    allowed: `${min} to ${max}`,
    read([text = ""]) {
      const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
      if (number >= min && number <= max) return number;
      const why = Number.isNaN(number) ? `"${text}" is no whole number` : `${text} is out of bounds`;
      throw new Complaint(why, `Write a whole number from ${min} to ${max}.`);
    },
  };
}

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    allowed: words.join(", "),
    read([text = ""]) {
      const word = words.find((known) => known === text);
      if (word !== undefined) return word;
      throw new Complaint(`"${text}" is none of its words`, `Write one of ${words.join(", ")}.`);
    },
  };
}

/** True or false. */
export function onOff(): Kind<boolean> {
  return {
    allowed: "true, false",
    isSwitch: true,
    read([text = ""]) {
      if (text === "true" || text === "1") return true;
      if (text === "false" || text === "0") return false;
      throw new Complaint(`"${text}" is neither true nor false`, "Write true or false.");
    },
  };
}

/** A few words for people, on one line. */
export function shortText(charactersMax: number): Kind<string> {
  return {
    allowed: `at most ${charactersMax} printable characters`,
    read([text = ""]) {
      if ([...text].length <= charactersMax && !/\p{C}/u.test(text)) return text;
      throw new Complaint(
        `"${text}" is no short text`,
        `Write at most ${charactersMax} printable characters.`,
      );
    },
  };
}

/** The path of a file; nothing by default. Whether it can be read is looked at when it is needed. */
export function filePath(): Kind<string | undefined> {
  return { allowed: "the path of a PEM file", read: ([text = ""]) => (text === "" ? undefined : text) };
}

/** Addresses to listen on. */
export function addresses(): Kind<readonly ListenAddress[]> {
  return {
    allowed: "`host:port`, `:port` (every address), `port` (loopback); several",
    several: true,
    read(texts) {
      const found = texts.flatMap(parseListenAddress);
      if (found.length > 0) return found;
      throw new Complaint("there is no address", "Write at least one, such as 127.0.0.1:50051.");
    },
  };
}

/** Where jobs are kept. A bare path is an embedded database; answers `sqlite:PATH` or `memory:`. */
export function storeUrl(): Kind<string> {
  return {
    allowed: "`sqlite:DIRECTORY`, a bare path, `memory:`",
    read([text = ""]) {
      if (text === "memory:" || /^sqlite:./.test(text)) return text;
      // One letter before a colon is a drive on Windows.
      const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1];
      if (text !== "" && text !== "sqlite:" && scheme === undefined) return `sqlite:${text}`;
      const why =
        scheme === undefined || scheme === "sqlite"
          ? "it names no directory"
          : `there is no store "${scheme}"`;
      throw new Complaint(why, "Write sqlite:./lakh-data, or memory: for a store that forgets.");
    },
  };
}
