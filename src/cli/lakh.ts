#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
// The `lakh` command: this process's streams and environment, handed to the commands.
import { environment } from "../server/config.ts";
import { runCommand } from "./commands.ts";
import { openTerminal } from "./terminal.ts";

// A reader that has seen enough (`lakh enqueue ... | head`) is no reason to complain.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const exitCode = await runCommand(process.argv.slice(2), openTerminal(environment()));
if (exitCode !== undefined) process.exitCode = exitCode;
