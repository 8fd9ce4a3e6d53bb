// Writes docs/configuration.md from the table of settings: `node docs/make-configuration.ts`.
import { writeFileSync } from "node:fs";
import { settingsReference } from "../src/server/config.ts";

writeFileSync(new URL("configuration.md", import.meta.url), settingsReference());
