// Makes the server's configuration out of flags, environment, lakh.toml and defaults, in this order of precedence.
// The only file of the program that reads process.env; everything else is told.
import { readFileSync } from "node:fs";
import { ConfigError, complaining, faulting } from "./config-error.ts";
import {
  type Environment,
  fromEnvironment,
  fromFile,
  fromFlags,
  type ReadFile,
  type Source,
} from "./config-sources.ts";
import { isLoopback, type ListenAddress, showListenAddress } from "./listen-address.ts";
import { type SettingKey, type SettingValues, settingKeys, settings } from "./settings.ts";
import { type SettingInForce, settingsInForce } from "./settings-in-force.ts";

export { ConfigError } from "./config-error.ts";
export type { Environment } from "./config-sources.ts";
export { settingsReference } from "./settings-reference.ts";

/** What the server is told. Frozen all the way down; spans are milliseconds. `docs/configuration.md` has the bounds. */
export interface Config {
  readonly listen: readonly ListenAddress[];
  /** `sqlite:DIRECTORY` or `memory:`. */
  readonly store: string;
  readonly maxRetries: number;
  readonly reservationTimeMs: number;
  readonly disconnectGraceMs: number;
  readonly retentionSucceededMs: number;
  readonly retentionCancelledMs: number;
  readonly retentionDeadMs: number;
  readonly shutdownGraceMs: number;
  readonly logLevel: SettingValues["log_level"];
  /** Paths of PEM files that could be read a moment ago. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly insecureNoAuth: boolean;
  /** Whether connect's own handlers answer unary calls, and not the fast path. */
  readonly stockRpc: boolean;
  /** Every setting as somebody would write it, and where it comes from; secrets masked. */
  readonly settings: readonly SettingInForce[];
  /** What this server is to people, shown on every page of the dashboard; an empty name for nothing. */
  readonly environment: { readonly name: string; readonly color: SettingValues["env_color"] };
}

/** Where a configuration comes from. */
export interface ConfigSources {
  /** The command line without program and verb. Default none. */
  readonly argv?: readonly string[];
  /** Default none. */
  readonly env?: Environment;
  /** Default: the file system. */
  readonly readFile?: ReadFile;
}

/** This process's environment, copied: the one door to process.env. */
export function environment(): Environment {
  return { ...process.env };
}

/** The server that client commands talk to unless `--server` names one. */
export function serverUrl(env: Environment): string {
  return env.LAKH_SERVER || "http://127.0.0.1:50051";
}

/** Reads and checks the whole configuration. @throws {ConfigError} at the first thing that is wrong */
export function readConfig(sources: ConfigSources): Config {
  const { argv = [], env = {}, readFile = readTextFile } = sources;

  const flags = fromFlags(argv);
  const variables = fromEnvironment(env);
  const file = fromFile(flags.get("config")?.texts[0] ?? (env.LAKH_CONFIG || undefined), readFile);
  const sourcesInOrder = { flag: flags, environment: variables, file };
  const values = valuesOf(Object.values(sourcesInOrder));
  refuseOpenPort(values);
  return freezeDeep({
    listen: values.listen,
    store: values.store,
    maxRetries: values.max_retries,
    reservationTimeMs: values.reservation_time,
    disconnectGraceMs: values.disconnect_grace,
    retentionSucceededMs: values.retention_succeeded,
    retentionCancelledMs: values.retention_cancelled,
    retentionDeadMs: values.retention_dead,
    shutdownGraceMs: values.shutdown_grace,
    logLevel: values.log_level,
    tls: tlsFiles(values, readFile),
    insecureNoAuth: values.insecure_no_auth,
    stockRpc: values.stock_rpc,
    settings: settingsInForce(sourcesInOrder),
    environment: { name: values.env_name, color: values.env_color },
  });
}

function valuesOf(sources: readonly Source[]): SettingValues {
  const read = (key: SettingKey) => {
    const written = sources.map((source) => source.get(key)).find((one) => one !== undefined);
    const { texts, where } = written ?? { texts: settings[key].default, where: "its default" };
    return complaining(`${key} (${where}) cannot be used`, () => settings[key].kind.read(texts));
  };
  // Each value comes from its own key's kind, which Object.fromEntries cannot know.
  return Object.fromEntries(settingKeys.map((key) => [key, read(key)])) as unknown as SettingValues;
}

function refuseOpenPort(values: SettingValues): void {
  const open = values.listen.find((address) => !isLoopback(address));
  if (open === undefined || values.insecure_no_auth) return;

  throw new ConfigError(
    `${showListenAddress(open)} is refused: other machines could reach it, and this release has no authentication. ` +
      "Listen on 127.0.0.1, or, on a network where everybody may do everything, add --insecure-no-auth.",
  );
}

function tlsFiles(values: SettingValues, readFile: ReadFile): Config["tls"] {
  const { tls_cert: certFile, tls_key: keyFile } = values;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    const lacking = certFile === undefined ? "tls_cert" : "tls_key";
    throw new ConfigError(
      `TLS cannot start: ${lacking} is not set. Set both tls_cert and tls_key, or neither.`,
    );
  }

  for (const [key, path] of Object.entries({ tls_cert: certFile, tls_key: keyFile })) {
    const text = faulting(`${key} ${path} cannot be read`, () => readFile(path));
    if (text === undefined) {
      throw new ConfigError(`${key} ${path} cannot be read: there is no such file. Correct its path.`);
    }
  }
  return { certFile, keyFile };
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;

  for (const inner of Object.values(value)) freezeDeep(inner);
  return Object.freeze(value);
}

function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}
