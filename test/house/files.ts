// The files that the rules of the house are about: all that is written by hand.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface HouseFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const NOT_OURS =
  /(^|\/)(node_modules|dist|\.git|lakh-data|__pycache__)(\/|$)|^src\/gen\/|^examples\/python\/lakh\//;
const READABLE = /\.(tsx?|md|json|html|css|sh|py|proto)$|^LICENSE$|^\.ci\//;

let read: Promise<readonly HouseFile[]> | undefined;

/** Every readable file of the repository, read once. */
export function houseFiles(root: URL): Promise<readonly HouseFile[]> {
  read ??= readAll(root.pathname);
  return read;
}

async function readAll(root: string): Promise<readonly HouseFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => READABLE.test(path) && !NOT_OURS.test(path));
  return Promise.all(
    paths.toSorted().map(async (path) => ({ path, text: await readFile(join(root, path), "utf8") })),
  );
}

/** The text of one file. Throws when there is none. */
export function textOf(files: readonly HouseFile[], path: string): string {
  const found = files.find((file) => file.path === path);
  if (!found) throw new Error(`${path} does not exist`);

  return found.text;
}
