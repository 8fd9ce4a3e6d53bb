// A real browser: the machine's own Chromium, or the one that comes as an npm package, which brings what few shared
// libraries a bare Debian lacks (NSS, NSPR, expat).
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflate } from "@sparticuz/chromium";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";

const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
  "--disable-component-update --disable-sync";
const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const PACKAGED = dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium")));
/** 200 MB that take 3 s to unpack: kept beside the package until the next `npm ci`. */
const UNPACKED = join(PACKAGED, "../../../.cache/lakh-test-chromium");
/** Which fonts it sees: its own, wherever the package was unpacked. Without any it draws no text at all. */
const FONTS = join(UNPACKED, "fonts.conf");
const FONTS_TEXT = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(UNPACKED, "fonts")}</dir>
  <cachedir>${join(UNPACKED, "fonts-cache")}</cachedir>
</fontconfig>
`;

/** Throws when there is none, saying what to install. */
export async function openBrowser(): Promise<Browser> {
  const installed = INSTALLED.find((path) => existsSync(path));
  const { executablePath, env } = installed ? { executablePath: installed, env: {} } : await unpacked();
  try {
    return await chromium.launch({
      executablePath,
      args: FLAGS.split(" "),
      env: { ...process.env, ...env },
      timeout: 60_000,
    });
  } catch (cause) {
    throw new Error(`${executablePath} does not start: apt-get install chromium`, { cause });
  }
}

async function unpacked() {
  if (!existsSync(UNPACKED)) await unpack();
  const env = { LD_LIBRARY_PATH: join(UNPACKED, "al2023/lib"), FONTCONFIG_FILE: FONTS };
  return { executablePath: join(UNPACKED, "chromium"), env };
}

// Under another name first, since another test may look at the same time.
async function unpack(): Promise<void> {
  await mkdir(dirname(UNPACKED), { recursive: true });
  const directory = await mkdtemp(`${UNPACKED}-`);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory; // where `inflate` puts things; it looks when it is called
  const unpacking = ["chromium.br", "al2023.tar.br", "fonts.tar.br"].map((file) =>
    inflate(join(PACKAGED, "../bin", file)),
  );
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await Promise.all(unpacking);
  await writeFile(join(directory, basename(FONTS)), FONTS_TEXT);
  await rename(directory, UNPACKED).catch(async (error) => {
    await rm(directory, { recursive: true });
    if (!existsSync(UNPACKED)) throw error;
  });
}

/** A page with the script on it, whose origin is the server's own: this release allows no other. */
export async function openPage(browser: Browser, serverUrl: string): Promise<Page> {
  const entry = fileURLToPath(new URL("browser-page.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "iife", write: false });
  const files: Record<string, { contentType: string; body: string }> = {
    "__test.html": { contentType: "text/html", body: '<!doctype html><script src="__test.js"></script>' },
    "__test.js": { contentType: "text/javascript", body: outputFiles[0]?.text ?? "" },
  };
  const page = await browser.newPage();
  await page.route(/__test\.(html|js)$/, (route) =>
    route.fulfill(files[basename(route.request().url())] ?? {}),
  );
  await page.goto(`${serverUrl}/__test.html`);
  return page;
}
