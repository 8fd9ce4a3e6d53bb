// The configuration: precedence, every kind of value at and beyond its bounds, and what people are told.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  type Config,
  ConfigError,
  type ConfigSources,
  readConfig,
  serverUrl,
  settingsReference,
} from "../../src/server/config.ts";
import { isLoopback, parseListenAddress } from "../../src/server/listen-address.ts";

/** Reads with files that exist in the test only. */
function read(sources: ConfigSources, files: Record<string, string> = {}): Config {
  return readConfig({ readFile: (path) => files[path], ...sources });
}

test("without any source every setting has its documented default", () => {
  const { settings: _, ...values } = read({});
  assert.deepEqual(values, {
    listen: [
      { host: "127.0.0.1", port: 50051, required: true },
      { host: "::1", port: 50051, required: false },
    ],
    store: "sqlite:./lakh-data",
    maxRetries: 30,
    reservationTimeMs: 30 * 60_000,
    disconnectGraceMs: 10_000,
    retentionSucceededMs: 24 * 3_600_000,
    retentionCancelledMs: 24 * 3_600_000,
    retentionDeadMs: 180 * 24 * 3_600_000,
    shutdownGraceMs: 25_000,
    logLevel: "info",
    tls: undefined,
    insecureNoAuth: false,
    stockRpc: false,
    environment: { name: "", color: "gray" },
  });
});

test("a flag beats the environment, which beats the file, which beats the default", () => {
  const files = { "lakh.toml": 'max_retries = 1\nlog_level = "warn"\nshutdown_grace = "1s"' };
  const env = { LAKH_MAX_RETRIES: "2", LAKH_LOG_LEVEL: "error" };

  const config = read({ argv: ["--max-retries", "3"], env }, files);

  assert.equal(config.maxRetries, 3);
  assert.equal(config.logLevel, "error");
  assert.equal(config.shutdownGraceMs, 1_000);
  assert.equal(config.disconnectGraceMs, 10_000);
});

test("the file is the one that --config names, else LAKH_CONFIG, else lakh.toml", () => {
  const files = { "a.toml": "max_retries = 1", "b.toml": "max_retries = 2", "lakh.toml": "max_retries = 3" };
  const env = { LAKH_CONFIG: "b.toml" };

  assert.equal(read({ argv: ["--config", "a.toml"], env }, files).maxRetries, 1);
  assert.equal(read({ env }, files).maxRetries, 2);
  assert.equal(read({}, files).maxRetries, 3);
});

test("the configuration is frozen all the way down", () => {
  const config = read({});

  assert.throws(() => Object.assign(config, { maxRetries: 1 }), TypeError);
  assert.throws(() => Object.assign(config.listen[0] ?? {}, { port: 1 }), TypeError);
});

const good: readonly [argv: string[], part: Partial<Config>][] = [
  [["--reservation-time", "1s"], { reservationTimeMs: 1_000 }],
  [["--reservation-time=24h"], { reservationTimeMs: 86_400_000 }],
  [["--reservation-time", "1500ms"], { reservationTimeMs: 1_500 }],
  [["--reservation-time", "1.5m"], { reservationTimeMs: 90_000 }],
  [["--disconnect-grace", "0"], { disconnectGraceMs: 0 }],
  [["--retention-dead", "100y"], { retentionDeadMs: 100 * 365 * 86_400_000 }],
  [["--retention-dead", "180d"], { retentionDeadMs: 180 * 86_400_000 }],
  [["--max-retries", "0"], { maxRetries: 0 }],
  [["--max-retries", "1000"], { maxRetries: 1_000 }],
  [["--log-level", "silent"], { logLevel: "silent" }],
  [["--insecure-no-auth"], { insecureNoAuth: true }],
  [["--insecure-no-auth=false"], { insecureNoAuth: false }],
  [["--env-name", "production", "--env-color", "red"], { environment: { name: "production", color: "red" } }],
  [["--store", "memory:"], { store: "memory:" }],
  [["--store", "/var/lib/lakh"], { store: "sqlite:/var/lib/lakh" }],
  [["--store", "sqlite:data"], { store: "sqlite:data" }],
  [["--store", "C:\\lakh"], { store: "sqlite:C:\\lakh" }],
];

for (const [argv, part] of good) {
  test(`${argv.join(" ")} is understood`, () => {
    const { settings: _, ...values } = read({ argv });
    const { settings: __, ...standard } = read({});
    assert.deepEqual(values, { ...standard, ...part });
  });
}

const bad: readonly [sources: ConfigSources, files: Record<string, string>, message: RegExp][] = [
  [{ argv: ["--max-retrys", "1"] }, {}, /there is no flag --max-retrys\. Did you mean --max-retries\?/],
  [{ argv: ["--zzzzzz"] }, {}, /there is no flag --zzzzzz\. See --help/],
  [{ argv: ["--toString", "x"] }, {}, /there is no flag --toString/],
  [{ argv: ["--store"] }, {}, /--store has no value\. Write --store VALUE/],
  [{ argv: ["--store", "--listen"] }, {}, /--store has no value/],
  [{ argv: ["--store", "a", "--store", "b"] }, {}, /--store is given twice/],
  [{ argv: ["data"] }, {}, /"data" is no flag/],
  [
    { env: { LAKH_RESERVATION_TIMES: "1s" } },
    {},
    /no setting LAKH_RESERVATION_TIMES\. Did you mean LAKH_RESERVATION_TIME\?/,
  ],
  [{ env: { LAKH_FOO: "" } }, {}, /there is no setting LAKH_FOO/],
  [
    {},
    { "lakh.toml": 'stor = "x"' },
    /lakh\.toml cannot be used: there is no setting "stor"\. Did you mean store\?/,
  ],
  [{}, { "lakh.toml": "store = \n" }, /lakh\.toml cannot be read: Invalid TOML document/],
  [{}, { "lakh.toml": "max_retries = [1]" }, /"max_retries" has a value of the wrong shape\. Write one text/],
  [{}, { "lakh.toml": '[names."mail"]\nx = 1' }, /there is no setting "names"/],
  [
    {},
    { "lakh.toml": "shutdown_grace = 25" },
    /shutdown_grace \(shutdown_grace in lakh\.toml\).* "25" has no unit\. Write 25s, 25m/,
  ],
  [{ argv: ["--config", "no.toml"] }, {}, /no\.toml cannot be read: there is no such file/],
  [{ argv: ["--reservation-time", "999ms"] }, {}, /out of bounds\. Write a span from 1s to 24h/],
  [{ argv: ["--reservation-time", "25h"] }, {}, /out of bounds/],
  [{ argv: ["--reservation-time", "5 minutes"] }, {}, /is no span of time/],
  [{ argv: ["--reservation-time", "5w"] }, {}, /"w" is no unit of time/],
  [{ argv: ["--disconnect-grace", "61m"] }, {}, /Write a span from 0 to 1h/],
  [{ argv: ["--max-retries", "1001"] }, {}, /Write a whole number from 0 to 1000/],
  [{ argv: ["--max-retries", "1.5"] }, {}, /is no whole number/],
  [
    { env: { LAKH_LOG_LEVEL: "loud" } },
    {},
    /log_level \(LAKH_LOG_LEVEL\) cannot be used: "loud" is none of its words/,
  ],
  [{ env: { LAKH_INSECURE_NO_AUTH: "yes" } }, {}, /neither true nor false/],
  [{ argv: ["--store", "postgres://x"] }, {}, /there is no store "postgres"/],
  [{ argv: ["--store", "sqlite:"] }, {}, /it names no directory/],
  [{ argv: ["--listen", "127.0.0.1:65536"] }, {}, /port 65536 is over 65535/],
  [{ argv: ["--listen", "::1:50051"] }, {}, /"::1:50051" is no address/],
  [{ argv: ["--listen", "[x]:1"] }, {}, /is no IPv6 address/],
  [{ argv: ["--tls-cert", "c.pem"] }, { "c.pem": "" }, /tls_key is not set\. Set both/],
  [{ argv: ["--tls-key", "k.pem"] }, { "k.pem": "" }, /tls_cert is not set\. Set both/],
  [
    { argv: ["--tls-cert=c.pem", "--tls-key=k.pem"] },
    { "c.pem": "" },
    /tls_key k\.pem cannot be read: there is no such file/,
  ],
];

for (const [sources, files, message] of bad) {
  test(`${JSON.stringify({ ...sources, ...files })} is an error that says what to do`, () => {
    assert.throws(
      () => read(sources, files),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        assert.match(error.message, /^[^\n]+: [^\n]+[.?] ?[^\n]*[.?]$/);
        return true;
      },
    );
  });
}

test("a file that cannot be read is an error that says why", () => {
  const readFile = () => {
    throw new Error("EACCES: permission denied, open 'lakh.toml'");
  };

  assert.throws(() => readConfig({ readFile }), /lakh\.toml cannot be read: EACCES: permission denied/);
});

test("certificates are paths, and both must be readable", () => {
  const config = read({ argv: ["--tls-cert=c.pem", "--tls-key=k.pem"] }, { "c.pem": "", "k.pem": "" });

  assert.deepEqual(config.tls, { certFile: "c.pem", keyFile: "k.pem" });
});

test("lists repeat as flags, take commas as a variable, and are arrays in the file", () => {
  const wanted = ["127.0.0.1", "127.0.0.2"];
  const hosts = (config: Config) => config.listen.map((address) => address.host);

  assert.deepEqual(hosts(read({ argv: ["--listen", "127.0.0.1:1", "--listen", "127.0.0.2:2"] })), wanted);
  assert.deepEqual(hosts(read({ env: { LAKH_LISTEN: "127.0.0.1:1, 127.0.0.2:2" } })), wanted);
  assert.deepEqual(hosts(read({}, { "lakh.toml": 'listen = ["127.0.0.1:1", "127.0.0.2:2"]' })), wanted);
});

const addresses: readonly [text: string, hosts: string[], loopback: boolean][] = [
  ["127.0.0.1:0", ["127.0.0.1"], true],
  ["127.9.9.9:1", ["127.9.9.9"], true],
  ["[::1]:1", ["::1"], true],
  ["8080", ["127.0.0.1", "::1"], true],
  ["localhost:8080", ["127.0.0.1", "::1"], true],
  [":8080", ["0.0.0.0", "::"], false],
  ["0.0.0.0:1", ["0.0.0.0"], false],
  ["[::]:1", ["::"], false],
  ["192.168.1.2:1", ["192.168.1.2"], false],
  ["128.0.0.1:1", ["128.0.0.1"], false],
  ["example.org:1", ["example.org"], false],
];

for (const [text, hosts, loopback] of addresses) {
  test(`${text} listens on ${hosts.join(" and ")}, and ${loopback ? "needs no" : "needs"} insecure_no_auth`, () => {
    const found = parseListenAddress(text);

    assert.deepEqual(
      found.map((address) => address.host),
      hosts,
    );
    assert.equal(found.every(isLoopback), loopback);
    assert.doesNotThrow(() => read({ argv: ["--listen", text, "--insecure-no-auth"] }));
    if (loopback) assert.doesNotThrow(() => read({ argv: ["--listen", text] }));
    else
      assert.throws(
        () => read({ argv: ["--listen", text] }),
        /other machines could reach it.*Listen on 127\.0\.0\.1/,
      );
  });
}

test("one open address among loopback ones is refused all the same", () => {
  assert.throws(
    () => read({ argv: ["--listen", "127.0.0.1:1", "--listen", "10.0.0.1:1"] }),
    /^ConfigError: 10\.0\.0\.1:1/,
  );
});

test("variables that others make for us are left alone, and empty ones count as unset", () => {
  const env = {
    LAKH_PORT: "tcp://10.0.0.1:50051",
    LAKH_PORT_50051_TCP_ADDR: "10.0.0.1",
    LAKH_SERVICE_HOST: "10.0.0.1",
    LAKH_SERVICE_PORT_GRPC: "50051",
    LAKH_SERVER: "http://x",
    LAKH_JOB_ID: "1",
    LAKH_STORE: "",
    LAKHISH: "1",
  };

  assert.deepEqual(read({ env }), read({}));
});

test("commands talk to LAKH_SERVER, else to this machine", () => {
  assert.equal(serverUrl({ LAKH_SERVER: "http://x:1" }), "http://x:1");
  assert.equal(serverUrl({}), "http://127.0.0.1:50051");
});

test("docs/configuration.md is what docs/make-configuration.ts writes", () => {
  const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");

  assert.equal(page, settingsReference());
});
