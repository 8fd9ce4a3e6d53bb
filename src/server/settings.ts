// THE table of settings. Flags, environment variables, lakh.toml and the reference page are all read off it, so a
// setting exists once and is spelt alike everywhere.
import {
  addresses,
  filePath,
  type Kind,
  oneOf,
  onOff,
  shortText,
  span,
  storeUrl,
  wholeNumber,
} from "./setting-kinds.ts";

/** One setting. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  /** As somebody would write it; empty for none. */
  readonly default: readonly string[];
  /** One line for the reference. */
  readonly doc: string;
  /** Shown to nobody. */
  readonly isSecret?: boolean;
}

/** Every setting of this release, by its key in lakh.toml. */
export const settings = {
  listen: setting(addresses(), {
    default: ["50051"],
    doc: "Where to listen; by default on 127.0.0.1 and, where there is IPv6, [::1]. Anything but loopback needs `insecure_no_auth`.",
  }),
  store: setting(storeUrl(), {
    default: ["sqlite:./lakh-data"],
    doc: "Where jobs are kept. `memory:` forgets them when the server stops.",
  }),
  max_retries: setting(wholeNumber(0, 1000), {
    default: ["30"],
    doc: "How often a job that does not say so itself is tried again. 0 is never.",
  }),
  reservation_time: setting(span("1s", "24h"), {
    default: ["30m"],
    doc: "How long a worker may hold a job that does not say so itself.",
  }),
  disconnect_grace: setting(span("0", "1h"), {
    default: ["10s"],
    doc: "How long a worker whose stream broke may take to come back before its jobs are lost.",
  }),
  retention_succeeded: setting(span("0", "100y"), {
    default: ["24h"],
    doc: "How long succeeded jobs are kept. 0 forgets them at once.",
  }),
  retention_cancelled: setting(span("0", "100y"), {
    default: ["24h"],
    doc: "How long cancelled jobs are kept. 0 forgets them at once.",
  }),
  retention_dead: setting(span("0", "100y"), {
    default: ["180d"],
    doc: "How long dead jobs are kept. 0 forgets them at once.",
  }),
  shutdown_grace: setting(span("0", "1h"), {
    default: ["25s"],
    doc: "How long workers may take to finish when the server is told to stop.",
  }),
  log_level: setting(oneOf(["trace", "debug", "info", "warn", "error", "fatal", "silent"]), {
    default: ["info"],
    doc: "The least important line that is still written.",
  }),
  tls_cert: setting(filePath(), {
    default: [],
    doc: "The certificate chain. With `tls_key` the same port also speaks TLS.",
  }),
  tls_key: setting(filePath(), {
    default: [],
    doc: "The private key of `tls_cert`.",
  }),
  env_name: setting(shortText(32), {
    default: [""],
    doc: "What this server is to people, such as production: the dashboard shows it on every page.",
  }),
  env_color: setting(oneOf(["gray", "blue", "green", "orange", "red"]), {
    default: ["gray"],
    doc: "The colour in which `env_name` is shown.",
  }),
  stock_rpc: setting(onOff(), {
    default: ["false"],
    doc: "Answer unary calls by connect's own handlers, several times slower: for finding out whether a fault is in ours.",
  }),
  insecure_no_auth: setting(onOff(), {
    default: ["false"],
    doc: "Let everybody who can reach the port do everything: this release has no authentication.",
  }),
};

/** The key of a setting. */
export type SettingKey = keyof typeof settings;

/** What each setting is read as. */
export type SettingValues = {
  readonly [Key in SettingKey]: (typeof settings)[Key] extends Setting<infer Value> ? Value : never;
};

/** Every key, in the order of the table. */
export const settingKeys = Object.keys(settings) as readonly SettingKey[];

/** `payload_max` as a flag, without its dashes: `payload-max`. */
export function flagOf(key: string): string {
  return key.replaceAll("_", "-");
}

/** `payload_max` as an environment variable: `LAKH_PAYLOAD_MAX`. */
export function variableOf(key: string): string {
  return `LAKH_${key.toUpperCase()}`;
}

function setting<T>(kind: Kind<T>, rest: Omit<Setting<T>, "kind">): Setting<T> {
  return { kind, ...rest };
}
