// Part of `npm run check`: src/gen is what buf makes of proto/ today, file for file.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const fresh = mkdtempSync(join(tmpdir(), "lakh-generated-"));

try {
  execFileSync("buf", ["generate", "--output", fresh], { cwd: root, stdio: "inherit" });
  const differences = compare(filesOf(join(fresh, "src/gen")), filesOf(join(root, "src/gen")));
  if (differences.length > 0) {
    process.stderr.write(`src/gen is not what proto/ makes. Run \`npm run generate\` and commit both.\n`);
    for (const difference of differences) process.stderr.write(`  ${difference}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true });
}

function filesOf(directory: string): Map<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(directory.length + 1), readFileSync(path, "utf8")]));
}

function compare(made: ReadonlyMap<string, string>, committed: ReadonlyMap<string, string>): string[] {
  const all = new Set([...made.keys(), ...committed.keys()]);
  return [...all].toSorted().flatMap((path) => {
    if (!committed.has(path)) return [`${path} is missing`];
    if (!made.has(path)) return [`${path} comes from no .proto file`];
    return made.get(path) === committed.get(path) ? [] : [`${path} is out of date`];
  });
}
