// What the documents point to: other documents and their sections, files, and tests that prove what is promised.
import { posix } from "node:path";
import type { HouseFile } from "./files.ts";

/** Links to documents that are not there, or to sections that they do not have. */
export function brokenLinks(files: readonly HouseFile[]): string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return documents(files).flatMap((file) =>
    linksOf(file)
      .filter((link) => !leadsSomewhere(texts, file.path, link))
      .map((link) => `${file.path}: ${link}`),
  );
}

/** Paths in backticks that do not exist. */
export function missingPaths(files: readonly HouseFile[]): string[] {
  const paths = files.map(({ path }) => path);
  return documents(files).flatMap(({ path: document, text }) =>
    [...text.matchAll(/`((?:src|test|docs|proto|web|examples)\/[\w./-]*)`/g)]
      .map(([, named]) => named ?? "")
      .filter((named) => !/^src\/gen\b/.test(named))
      .filter((named) => !paths.some((path) => path === named || path.startsWith(named.replace(/\/?$/, "/"))))
      .map((named) => `${document}: ${named}`),
  );
}

/** Names of tests, alone in the last cell of a row, that no test has. */
export function missingTests(files: readonly HouseFile[]): string[] {
  const tests = files.filter(({ path }) => /^test\/.*\.ts$/.test(path)).map(({ text }) => text);
  const exists = (name: string) =>
    tests.some((text) => text.includes(`"${name}"`) || text.includes(`\`${name}\``));
  return files
    .filter(({ path }) => path === "README.md" || path === "docs/lifecycle.md")
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^\|.*\| `([^`|]*[^`|/] [^`|]*)` \|$/gm)]
        .map(([, name]) => name ?? "")
        .filter((name) => !exists(name))
        .map((name) => `${path}: ${name}`),
    );
}

function documents(files: readonly HouseFile[]): HouseFile[] {
  return files.filter(({ path }) => path.endsWith(".md"));
}

function linksOf({ text }: HouseFile): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(texts: ReadonlyMap<string, string>, from: string, link: string): boolean {
  const [path = "", section] = link.split("#");
  const target = path === "" ? from : posix.join(posix.dirname(from), path);
  const text = texts.get(target);
  if (section !== undefined) return text !== undefined && sectionsOf(text).includes(section);

  return (
    text !== undefined ||
    [...texts.keys()].some((one) => one.startsWith(target.replace(/\/?$/, "/")) || one === target)
  );
}

/** The anchors that GitHub makes of headings. */
function sectionsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
