// Texts and payloads that bite, in a real browser: nothing in them runs, nothing breaks the page, and what is copied is
// what was sent.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { accessibilityFaults, sidewaysScroll } from "./dashboard.ts";
import { HOSTILE_STRINGS } from "./hostile-strings.ts";
import { openPayloadStage, type PayloadStage, type StageGlobals, type StagePage } from "./payload-stage.ts";

const MIB = 1_048_576;
/** Each of them as a payload of its own; UTF-8 has no lone surrogates. */
const WHOLE = HOSTILE_STRINGS.map((text) => text.toWellFormed());

function base64(text: string | Uint8Array): string {
  return Buffer.from(text as string).toString("base64");
}

function show(page: StagePage, text: string | Uint8Array): Promise<void> {
  return page.evaluate(
    (bytes) => (globalThis as unknown as StageGlobals).stage.showBytes(bytes),
    base64(text),
  );
}

/** What lies outside of the box that it is in, one line for each. What scrolls may be wider inside. */
function overflows(page: StagePage, box: string): Promise<readonly string[]> {
  return page.evaluate((selector) => {
    const found: string[] = [];
    for (const outer of document.querySelectorAll(selector)) {
      const edge = outer.getBoundingClientRect().right + 0.5;
      for (const inner of outer.querySelectorAll("*")) {
        if (inner.closest(".hex-line")) continue;
        const { right } = inner.getBoundingClientRect();
        if (right > edge) found.push(`${inner.tagName} ${inner.className}: ${right} > ${edge}`);
      }
    }
    return found.slice(0, 5);
  }, box);
}

function bitten(page: StagePage): Promise<unknown> {
  return page.evaluate(() => (globalThis as unknown as StageGlobals).bitten);
}

// The two that follow run in the page, which is faster than to steer it a thousand times.

/** Which of the payloads, in base64, show anything outside of their box or make the page scroll sideways, and where. */
async function brokenLayouts(payloads: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const { stage } = globalThis as unknown as StageGlobals;
  for (const [i, payload] of payloads.entries()) {
    stage.showBytes(payload);
    for (const tab of document.querySelectorAll<HTMLElement>("[role=tab]")) {
      tab.click();
      await new Promise((resolve) => setTimeout(resolve));
      const { scrollWidth, clientWidth } = document.documentElement;
      const edge = document.querySelector(".payload")?.getBoundingClientRect().right ?? 0;
      const wide = [...document.querySelectorAll(".payload :not(.hex-line, .hex-line *)")].filter(
        (element) => element.getBoundingClientRect().right > edge + 0.5,
      );
      if (wide.length > 0 || scrollWidth > clientWidth)
        found.push(`${i} as ${tab.textContent}: ${wide[0]?.tagName}`);
    }
  }
  return found;
}

/** Presses copy for each payload, in base64; what is on the clipboard then, in base64 of its UTF-8. */
async function copiedOf(payloads: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const { stage } = globalThis as unknown as StageGlobals;
  for (const payload of payloads) {
    await navigator.clipboard.writeText("before");
    stage.showBytes(payload);
    const button = document.querySelector<HTMLElement>(".payload-head > .button");
    button?.click();
    while (button?.textContent !== "Copied") await new Promise((resolve) => setTimeout(resolve));
    const bytes = new TextEncoder().encode(await navigator.clipboard.readText());
    found.push(btoa(bytes.reduce((binary, byte) => binary + String.fromCharCode(byte), "")));
  }
  return found;
}

describe("payloads on a page:", () => {
  let stage: PayloadStage;

  before(async () => {
    stage = await openPayloadStage();
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const width of [1_280, 360]) {
    test(`a hundred hostile texts run nothing, hide nothing and break no layout, ${width} px wide`, async () => {
      const page = await stage.open({ width });
      const units = HOSTILE_STRINGS.map(unitsOf);
      await page.evaluate((texts) => (globalThis as unknown as StageGlobals).stage.showTexts(texts), units);
      assert.equal(await page.locator(".shown").count(), HOSTILE_STRINGS.length);
      const tags = await page.evaluate(() => [
        ...new Set([...document.querySelectorAll("#page .shown *")].map(({ tagName }) => tagName)),
      ]);
      assert.deepEqual(tags.toSorted(), ["BDI", "DIV", "SPAN"]);
      assert.equal(await page.locator(".shown [href], .shown [src], .shown [style]").count(), 0);
      assert.deepEqual(await overflows(page, ".shown"), []);
      assert.ok((await sidewaysScroll(page)) <= 0);
      assert.equal(await bitten(page), undefined);
      assert.deepEqual(page.faults, []);
    });
  }

  test("as key, as value and as a whole payload they run nothing, in every view, and fit into a phone", async () => {
    const page = await stage.open({ width: 360 });
    const keyed = Object.fromEntries(HOSTILE_STRINGS.map((text) => [text, text]));
    const payloads = [JSON.stringify(HOSTILE_STRINGS), JSON.stringify(keyed), ...WHOLE];
    assert.deepEqual(await page.evaluate(brokenLayouts, payloads.map(base64)), []);
    assert.equal(await bitten(page), undefined);
    assert.deepEqual(page.faults, []);
  });

  test("what is copied is what was sent, byte for byte", async () => {
    const page = await stage.open();
    const bytes = Uint8Array.from({ length: 4_096 }, (_, i) => i & 0xff);
    const sent = [JSON.stringify(HOSTILE_STRINGS, null, 1), "x".repeat(MIB), ...WHOLE].map(base64);
    assert.deepEqual(await page.evaluate(copiedOf, sent), sent);
    const [copied = ""] = await page.evaluate(copiedOf, [base64(bytes)]);
    assert.equal(Buffer.from(copied, "base64").toString(), base64(bytes));
    assert.equal(await page.getByRole("button", { name: "Copied" }).count(), 1);
  });

  test("without a clipboard the whole text is shown, selected, and the keyboard copies it as it was", async () => {
    const page = await stage.open({ hasNoClipboard: true });
    await show(page, "one\r\ntwo\r\n\u202ethree");
    await page.getByRole("button", { name: "Copy payload" }).click();
    const field = page.getByRole("textbox", { name: "Text to copy" });
    await field.waitFor();
    assert.deepEqual(
      await field.evaluate((element) => {
        const { selectionStart, selectionEnd, value } = element as HTMLTextAreaElement;
        return [document.activeElement === element, selectionStart, selectionEnd === value.length];
      }),
      [true, 0, true],
    );
    await page.evaluate(keepCopied);
    await page.keyboard.press("ControlOrMeta+c");
    const kept = await page.waitForFunction(() => (globalThis as { kept?: string }).kept);
    assert.equal(await kept.jsonValue(), "one\r\ntwo\r\n\u202ethree");
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "detached" });
  });

  test("numbers and repeated keys are shown as they were sent, as a tree and as text", async () => {
    const page = await stage.open();
    const sent =
      '{"big":9007199254740993,"one":1.0,"far":1e400,"k":1,"k":2,"__proto__":{"\\u0041":"\\u00e9"}}';
    await show(page, sent);
    const tree = (await page.locator(".json-tree").innerText()).replace(/\s+/g, " ");
    assert.match(tree, /big: 9007199254740993 one: 1\.0 far: 1e400 k: 1 k: 2 __proto__: .*A: "é"/);
    await page.getByRole("tab", { name: "Text" }).click();
    const lines = await page.locator(".payload-text pre").innerText();
    assert.equal(lines.replace(/\s+/g, ""), sent);
    assert.equal(lines.includes('\n  "one": 1.0,\n'), true);
    await page.getByRole("checkbox", { name: "as it was sent" }).check();
    assert.equal(await page.locator(".payload-text pre").innerText(), sent);
  });

  test("a megabyte of 100,000 values is a page of 200, more of them for the asking, and scrolls", async () => {
    const page = await stage.open();
    const payload = `[${Array.from({ length: 100_000 }, (_, i) => `"v${i.toString().padStart(6, "0")}"`).join(",")}]`;
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      times.push(
        await page.evaluate(async (bytes) => {
          const begun = performance.now();
          (globalThis as unknown as StageGlobals).stage.showBytes(bytes);
          await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
          return performance.now() - begun;
        }, base64(payload)),
      );
    }
    assert.ok(Math.min(...times) < 1_000, `took ${times} ms`);
    assert.equal(await page.locator(".json-leaf").count(), 200);
    await page.getByRole("button", { name: /^200 more of 100.000$/ }).click();
    assert.equal(await page.locator(".json-leaf").count(), 400);
    const body = page.getByRole("tabpanel");
    assert.equal(await body.evaluate(scrolled), 1_000);
    for (const tab of ["Text", "Hex"]) {
      await page.getByRole("tab", { name: tab }).click();
      const length = await body.evaluate((box) => box.textContent?.length ?? 0);
      assert.ok(length > 10_000 && length < 80_000, `${tab} shows ${length} characters`);
    }
  });

  test("a megabyte without an end of line, of letters that run to the left or of escapes, is shown whole for the asking", async () => {
    const page = await stage.open();
    const all = page.getByRole("button", { name: /^Show all/ });
    for (const text of ["x".repeat(1_000_000), "مرحبا ".repeat(90_000), "\u0001\u202e".repeat(50_000)]) {
      for (const [payload, place] of [
        [text, ".payload-text pre"] as const,
        [JSON.stringify(text), ".json-string"] as const,
      ]) {
        await show(page, payload);
        const shown = page.locator(place);
        assert.ok((await lengthOf(shown)) < 600_000, "a part at first");
        await all.click();
        assert.ok((await lengthOf(shown)) >= text.length, "then all");
        assert.deepEqual(await overflows(page, ".payload"), []);
      }
    }
  });

  test("the views are tabs that arrow keys go through, and branches open by the keyboard", async () => {
    const page = await stage.open();
    await show(page, '{"a":{"b":{"c":{"d":1}}}}');
    await page.getByRole("tab", { name: "Tree" }).focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.getByRole("tab", { name: "Text" }).getAttribute("aria-selected"), "true");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await page.locator(".json-tree").count(), 1);
    const closed = page.locator("details:not([open]) > summary");
    assert.equal(await closed.count(), 1);
    await closed.focus();
    await page.keyboard.press("Enter");
    await page.getByText("c", { exact: true }).waitFor();
  });

  test("axe finds nothing to mend in any view", async () => {
    const page = await stage.open();
    for (const payload of ['{"a":[1,"two",null,{"b":"\\u202e"}]}', "text\u0000", Uint8Array.of(0xff, 1, 2)]) {
      await show(page, payload);
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        assert.deepEqual(await accessibilityFaults(page), []);
      }
    }
  });

  test("an empty payload says so", async () => {
    const page = await stage.open();
    await show(page, "");
    await page.getByText("Empty: no bytes at all.").waitFor();
  });

  test("markup where text should be is caught here: it would be a fault of the page", async () => {
    const page = await stage.open();
    const told = page.waitForEvent("console");
    await page.evaluate(() => {
      setTimeout(() => {
        (document.getElementById("page") as HTMLElement).innerHTML = "<img src=x onerror=bitten=1>";
      });
    });
    await told;
    assert.match(page.faults.join(), /TrustedHTML/);
    assert.equal(await bitten(page), undefined);
  });
});

/** How far down it is, after it was told to go 1,000 pixels. */
function scrolled(box: Element): number {
  box.scrollTop = 1_000;
  return box.scrollTop;
}

/** What the keyboard copies next, as the global `kept`. */
function keepCopied(): void {
  const keep = (event: ClipboardEvent) => {
    Object.assign(globalThis, { kept: event.clipboardData?.getData("text/plain") });
  };
  addEventListener("copy", keep, { once: true });
}

async function lengthOf(shown: Locator): Promise<number> {
  return (await shown.textContent())?.length ?? 0;
}

function unitsOf(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}
