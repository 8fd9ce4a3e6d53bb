// Part of `npm run check`: proto/ breaks nobody who was built against the last commit on main. Where there is no main
// (a detached checkout of one commit), against that commit itself, so that at least uncommitted changes are seen.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), "lakh-breaking-"));
const before = join(directory, "before.tar");

try {
  // An archive rather than buf's own `.git#branch=main`, which knows neither remote branches nor shallow clones.
  execFileSync(
    "git",
    ["archive", "--output", before, firstCommitOf(["main", "origin/main", "HEAD"]), "proto", "buf.yaml"],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  execFileSync("buf", ["breaking", "--against", before], { cwd: root, stdio: "inherit" });
} catch (error) {
  // The program that failed has said why; anything else is ours to say.
  if ((error as { status?: unknown }).status === undefined) throw error;
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true });
}

function firstCommitOf(names: readonly string[]): string {
  for (const name of names) {
    try {
      return execFileSync("git", ["rev-parse", "--verify", "--quiet", `${name}^{commit}`], {
        cwd: root,
        encoding: "utf8",
      }).trim();
    } catch {}
  }
  throw new Error("this is no clone of the repository: there is no commit to compare proto/ with");
}
