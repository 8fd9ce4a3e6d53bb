// Splits a command line into flags and words. Written out because node:util's parseArgs takes `--store --listen` for
// a value, cannot name the nearest right flag, and takes the number in `enqueue add -5` for flags.
import { Complaint } from "./complaint.ts";
import { didYouMean } from "./nearest-name.ts";

/** What one flag looks like. */
export interface FlagShape {
  /** A switch takes no value, but `--name=false` turns it off. */
  readonly takes: "value" | "nothing";
  /** May be given more than once. Default false. */
  readonly several?: boolean;
  /** One letter, for `-c 4` and `-c4`. */
  readonly short?: string;
}

/** The flags that a command knows, by name without dashes. */
export type FlagShapes = Readonly<Record<string, FlagShape>>;

/** A command line, taken apart. A switch without a value has the text "true". */
export interface CommandLine {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
}

/** Takes `argv` (without the program's own name) apart. Everything after `--` is a word. @throws {Complaint} */
export function readCommandLine(argv: readonly string[], shapes: FlagShapes): CommandLine {
  const flags = new Map<string, string[]>();
  const words: string[] = [];
  const rest = [...argv];
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next === "--") {
      words.push(...rest.splice(0));
    } else if (isWord(next)) {
      words.push(next);
    } else {
      const [name, inline] = split(next, shapes);
      keep(flags, name, { shape: shapeOf(name, shapes), value: inline ?? valueAfter(name, rest, shapes) });
    }
  }
  return { flags, words };
}

function isWord(text: string): boolean {
  return !text.startsWith("-") || text === "-" || /^-\d/.test(text);
}

function split(text: string, shapes: FlagShapes): [name: string, inline: string | undefined] {
  if (!text.startsWith("--")) return splitShort(text, shapes);

  const equals = text.indexOf("=");
  if (equals === -1) return [text.slice(2), undefined];
  return [text.slice(2, equals), text.slice(equals + 1)];
}

function splitShort(text: string, shapes: FlagShapes): [name: string, inline: string | undefined] {
  const found = Object.entries(shapes).find(([, shape]) => shape.short === text[1]);
  const inline = text.slice(2).replace(/^=/, "");
  if (found === undefined) {
    throw new Complaint(`there is no flag ${text.slice(0, 2)}`, "See --help for those there are.");
  }
  if (found[1].takes === "nothing" && inline !== "") {
    throw new Complaint(`-${text[1]} takes no value`, `Write -${text[1]} alone.`);
  }

  return [found[0], inline === "" ? undefined : inline];
}

function shapeOf(name: string, shapes: FlagShapes): FlagShape {
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (shape !== undefined) return shape;

  const hint = didYouMean(name, Object.keys(shapes), "--") ?? "See --help for those there are.";
  throw new Complaint(`there is no flag --${name}`, hint);
}

function valueAfter(name: string, rest: string[], shapes: FlagShapes): string {
  if (shapeOf(name, shapes).takes === "nothing") return "true";

  const next = rest[0];
  if (next === undefined || next.startsWith("--")) {
    throw new Complaint(`--${name} has no value`, `Write --${name} VALUE or --${name}=VALUE.`);
  }
  rest.shift();
  return next;
}

function keep(flags: Map<string, string[]>, name: string, one: { shape: FlagShape; value: string }): void {
  const sooner = flags.get(name);
  if (sooner === undefined) {
    flags.set(name, [one.value]);
    return;
  }
  if (!one.shape.several) throw new Complaint(`--${name} is given twice`, "Keep one of them.");
  sooner.push(one.value);
}
