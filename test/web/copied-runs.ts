// Runs what was copied, as whoever pastes it would.
import assert from "node:assert/strict";
import { type SpawnSyncOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shellWord } from "../../web/copy-as/quoting.ts";
import { runCli } from "../cli/run-cli.ts";

export interface Workshop extends AsyncDisposable {
  readonly directory: string;
  /** Writes the snippet into a file of its own; answers its path. */
  file(name: string, snippet: string): Promise<string>;
  /** To its end, which must be good. Answers what it said. */
  run(command: string, args: readonly string[]): Promise<string>;
}

/** A place where `lakh` is a command, and a package as it is after `npm install`. */
export async function openWorkshop(): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), "lakh-copied-"));
  const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", at("src/cli/lakh.ts")];
  await mkdir(join(directory, "bin"));
  await writeFile(join(directory, "bin/lakh"), `#!/bin/sh\nexec ${node.map(shellWord).join(" ")} "$@"\n`, {
    mode: 0o755,
  });
  const library = join(directory, "node_modules/lakh");
  await mkdir(library, { recursive: true });
  await writeFile(join(library, "package.json"), '{"type":"module","exports":"./client.ts"}');
  await symlink(at("src/client/client.ts"), join(library, "client.ts"));
  await writeFile(join(directory, "package.json"), '{"type":"module"}');
  return {
    directory,
    async file(name, snippet) {
      const path = join(directory, name);
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, snippet);
      return path;
    },
    run: (command, args) => run(command, args, directory),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** With `lakh` on the path. */
export function pathWith({ directory }: Workshop): string {
  return `${join(directory, "bin")}:${process.env.PATH}`;
}

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, "close");
  const said = Buffer.concat(chunks).toString();
  assert.equal(code, 0, said);
  return said;
}

/** Runs it in a real shell, from a file: a script may be longer than a word of a command line. */
export async function runByShell(snippet: string, { file, run }: Workshop): Promise<void> {
  await run("sh", [await file("snippet.sh", snippet)]);
}

/** What a command line becomes in a real shell: the words of `lakh`, and its stdin. */
export async function shellTakes(
  snippet: string,
  { file, run }: Workshop,
  shell: "sh" | "bash" = "sh",
): Promise<{ argv: string[]; input: string }> {
  const script = `lakh() { printf '%s\\0' "$#" "$@"; cat; }\n${snippet}`;
  const said = await run(shell, [await file("caught.sh", script)]);
  const [count = "", ...rest] = said.split("\0");
  return { argv: rest.slice(0, Number(count)), input: rest.slice(Number(count)).join("\0") };
}

/** By a real shell and, since each start of Node takes a while, by the command line inside of this process. */
export async function runLakh(snippet: string, workshop: Workshop): Promise<void> {
  const { argv, input } = await shellTakes(snippet, workshop);
  const { code, out, err } = await runCli(argv, { input });
  assert.equal(code, 0, out + err);
}

/** Why a test cannot run, for its `skip`; false when it can. */
export function missing(command: string, argument = "--version"): string | false {
  const options: SpawnSyncOptions = { stdio: "ignore" };
  if (spawnSync(command, [argument], options).status === 0) return false;
  return `NOT RUN: apt-get install ${command === "go" ? "golang-go" : command}`;
}
