// How a source file looks from outside: its name, its first line, its length, and the words in it.
import type { HouseFile } from "./files.ts";

const LINES_MAX = 300;
/** What says nothing about what is inside. */
const EMPTY_NAMES = new Set(["index", "types", "common", "misc", "shared"]);
/** Words that the glossary has another word for, or that mean everything. */
const WRONG_WORDS = new Set(
  "lease leases leased task tasks nack nacks nacked dlq reaper manager managers util utils utility helper helpers".split(
    " ",
  ),
);

/** What is wrong with the files, one line for each thing. Documents and other languages are not looked at. */
export function breaches(files: readonly HouseFile[]): string[] {
  return files
    .filter(({ path }) => /^(src|test|web|docs|examples)\/.*\.tsx?$/.test(path))
    .flatMap((file) => [...nameBreaches(file), ...textBreaches(file), ...codeBreaches(file)]);
}

function nameBreaches({ path }: HouseFile): string[] {
  const name = (path.split("/").at(-1) ?? "").replace(/(\.test)?\.tsx?$/, "");
  const words = name.split(/[-_.]/);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return [`${path}: a file's name is in kebab-case`];
  if (EMPTY_NAMES.has(name)) return [`${path}: ${name} says nothing about what is inside`];

  return words
    .filter((word) => WRONG_WORDS.has(word))
    .map((word) => `${path}: not "${word}", see docs/glossary.md`);
}

function textBreaches({ path, text }: HouseFile): string[] {
  const found: string[] = [];
  if (!/^(#!.*\n)?\/\/ \S/.test(text)) found.push(`${path}: opens without a comment that says what it is`);
  const lines = text.split("\n").length - 1;
  if (lines > LINES_MAX) found.push(`${path}: ${lines} lines, at most ${LINES_MAX}`);
  return found;
}

function codeBreaches({ path, text }: HouseFile): string[] {
  if (!path.startsWith("src/")) return [];

  const found: string[] = [];
  if (/from "[^"]*[^./"][^"]*\/\.\.?\/|import "[^"]*[^./"][^"]*\/\.\.?\//.test(text))
    found.push(`${path}: a path goes up at its beginning only, or walls cannot see where it leads`);
  const code = codeOf(text);
  // The linter knows process.env alone.
  if (/\bprocess\s*\[|\benv\b[^;=]*\}\s*=\s*process\b/.test(code))
    found.push(`${path}: only src/server/config.ts reads the environment, and by process.env`);
  for (const word of new Set(wordsOf(code)))
    if (WRONG_WORDS.has(word)) found.push(`${path}: not "${word}", see docs/glossary.md`);
  return found;
}

/** Without comments, and without what stands in quotes. */
function codeOf(text: string): string {
  return text.replaceAll(
    /\/\/.*|\/\*[\s\S]*?\*\/|^#!.*|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*'|`(\\.|[^`\\])*`/g,
    (match) => (match.startsWith("/") || match.startsWith("#") ? " " : '""'),
  );
}

/** The words of the names that it gives: `leaseEnd` is lease and end. Names of other people's making are theirs. */
function wordsOf(code: string): string[] {
  const given = code.matchAll(/\b(?:const|let|function\*?|class|interface|type|readonly)\s+#?(\w+)/g);
  const names = [...given].map(([, name]) => name).join(" ");
  return (names.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map((word) => word.toLowerCase());
}
