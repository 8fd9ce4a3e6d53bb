// Writes the reference page of the settings from their table, so that the page cannot drift from the program.
import { flagOf, type SettingKey, settingKeys, settings, variableOf } from "./settings.ts";

/** The text of docs/configuration.md. */
export function settingsReference(): string {
  return `${introduction}\n${settingKeys.map(section).join("\n")}\n${example}`;
}

const introduction = `<!-- Made by docs/make-configuration.ts from src/server/settings.ts. Do not edit. -->

# Configuration

A setting has one name, spelt three ways: \`log_level\` in \`lakh.toml\`, \`LAKH_LOG_LEVEL\` in the environment,
\`--log-level\` on the command line. A flag beats the environment, the environment beats the file, the file beats the
default.

The file is \`./lakh.toml\` if there is one, or the one that \`--config FILE\` or \`LAKH_CONFIG\` names. Unknown flags, keys
and \`LAKH_*\` variables are errors. An empty variable counts as unset. \`LAKH_SERVER\` is read by the commands that talk to
a server; the variables that Kubernetes makes for a service called "lakh" (\`LAKH_PORT\`, \`LAKH_SERVICE_HOST\` ...) are
left alone.

Spans of time take a unit: \`500ms\`, \`10s\`, \`30m\`, \`24h\`, \`180d\`, \`1y\` (365 days). Of lists, repeat the flag, put commas
into the variable, or write an array in the file.
`;

const example = `## Example

\`\`\`toml
listen = ["127.0.0.1:50051", "[::1]:50051"]
store = "sqlite:/var/lib/lakh"
retention_dead = "30d"
\`\`\`
`;

function section(key: SettingKey): string {
  const { kind, doc, default: texts } = settings[key];
  const standard = texts.length === 0 ? "none" : texts.map((text) => `\`${text}\``).join(", ");
  const flag = kind.isSwitch ? `--${flagOf(key)}` : `--${flagOf(key)} VALUE`;
  return `## \`${key}\`

${doc}

- Default: ${standard}
- Allowed: ${kind.allowed}
- Flag \`${flag}\`, variable \`${variableOf(key)}\`
`;
}
