// The three places where settings are written: the command line, the environment, and lakh.toml. Each becomes the same
// thing, texts by key, so that precedence is one line in config.ts.
import { parse as parseToml } from "smol-toml";
import { ConfigError, complaining, faulting } from "./config-error.ts";
import { type FlagShapes, readCommandLine } from "./flags.ts";
import { didYouMean } from "./nearest-name.ts";
import { flagOf, type SettingKey, settingKeys, settings, variableOf } from "./settings.ts";

/** Environment variables, as in process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Answers undefined when there is no such file, throws when it cannot be read. */
export type ReadFile = (path: string) => string | undefined;

/** What somebody wrote, and where: `--store`, `LAKH_STORE`, `store in lakh.toml`. */
export interface Written {
  readonly texts: readonly string[];
  readonly where: string;
}

/** What one source says, by key. */
export type Source = ReadonlyMap<string, Written>;

/** Reads the command line; the key `config` is the path of the file. @throws {ConfigError} */
export function fromFlags(argv: readonly string[]): Source {
  const shapes: FlagShapes = Object.fromEntries([
    ["config", { takes: "value" }],
    ...settingKeys.map((key) => {
      const { isSwitch = false, several = false } = settings[key].kind;
      return [flagOf(key), { takes: isSwitch ? "nothing" : "value", several }];
    }),
  ]);
  const { flags, words } = complaining("the command line cannot be read", () =>
    readCommandLine(argv, shapes),
  );
  if (words[0] !== undefined) {
    throw new ConfigError(`the command line cannot be read: "${words[0]}" is no flag. See lakh help serve.`);
  }

  return new Map(
    [...flags].map(([name, texts]) => [name.replaceAll("-", "_"), { texts, where: `--${name}` }]),
  );
}

// Variables with our prefix that are no settings of the server: those of the commands that talk to one, those that
// `lakh work` hands to its command, and those that Kubernetes makes for a service called "lakh".
const otherVariables =
  /^LAKH_(CONFIG|SERVER|JOB_ID|JOB_NAME|ATTEMPT|SERVICE_(HOST|PORT(_.+)?)|PORT(_\d+_[A-Z]+(_(PROTO|PORT|ADDR))?)?)$/;

/** Reads the LAKH_* variables. An empty one counts as unset. @throws {ConfigError} */
export function fromEnvironment(env: Environment): Source {
  const keys = new Map<string, SettingKey>(settingKeys.map((key) => [variableOf(key), key]));
  const found = new Map<string, Written>();
  for (const [variable, text = ""] of Object.entries(env)) {
    const key = keys.get(variable);
    if (key === undefined && /^LAKH_/.test(variable) && !otherVariables.test(variable)) {
      const hint = didYouMean(variable, keys.keys()) ?? "Unset it, or see docs/configuration.md.";
      throw new ConfigError(`the environment cannot be read: there is no setting ${variable}. ${hint}`);
    }
    if (key === undefined || text === "") continue;
    const texts = settings[key].kind.several ? text.split(",").map((part) => part.trim()) : [text];
    found.set(key, { texts, where: variable });
  }
  return found;
}

/** Reads the file at `path`, which must be there, or ./lakh.toml, which need not. @throws {ConfigError} */
export function fromFile(path: string | undefined, readFile: ReadFile): Source {
  const name = path ?? "lakh.toml";
  const text = faulting(`${name} cannot be read`, () => readFile(name));
  if (text === undefined && path !== undefined) {
    throw new ConfigError(`${name} cannot be read: there is no such file. Correct --config or LAKH_CONFIG.`);
  }

  const table = faulting(`${name} cannot be read`, () => parseToml(text ?? ""));
  return new Map(Object.entries(table).map(([key, value]) => [key, fromToml(key, { value, file: name })]));
}

function fromToml(key: string, found: { value: unknown; file: string }): Written {
  if (!Object.hasOwn(settings, key)) {
    const hint = didYouMean(key, settingKeys) ?? "Remove it, or see docs/configuration.md.";
    throw new ConfigError(`${found.file} cannot be used: there is no setting "${key}". ${hint}`);
  }
  const several = settings[key as SettingKey].kind.several ?? false;
  const values = several && Array.isArray(found.value) ? found.value : [found.value];
  if (!values.every((value) => ["string", "number", "boolean"].includes(typeof value))) {
    const shape = several ? "a text or a list of texts" : "one text, number, true or false";
    throw new ConfigError(
      `${found.file} cannot be used: "${key}" has a value of the wrong shape. Write ${shape}.`,
    );
  }

  return { texts: values.map(String), where: `${key} in ${found.file}` };
}
