// Places and addresses: one means the other, whatever stands in them, and wherever a proxy has put the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SCREEN_PATHS } from "../../src/server/page.ts";
import { addressOf, placeOf, SCREENS } from "../../web/shell/screens.ts";
import { drawSeed } from "../seed.ts";

test("the server answers the page at the path of every screen, and at no other", () => {
  assert.deepEqual(
    [...SCREEN_PATHS],
    SCREENS.map((screen) => `/${screen}`),
  );
});

test("an address says its place again, under any prefix", () => {
  const params = fc.dictionary(fc.constantFrom("q", "id", "name"), fc.string({ unit: "grapheme" }));
  const bases = fc.constantFrom("/", "/lakh/", "/a/b/");
  fc.assert(
    fc.property(fc.constantFrom(...SCREENS), params, bases, (screen, given, base) => {
      const url = new URL(addressOf(base, screen, given), "http://server");
      assert.deepEqual(placeOf(url, base), { screen, params: { ...given } });
    }),
    { seed: drawSeed() },
  );
});

test("names of dots lead to their queue", () => {
  for (const name of [".", ".."]) {
    const url = new URL(addressOf("/lakh/", "queue", { name }), "http://server");
    assert.equal(url.pathname, "/lakh/queue");
    assert.equal(placeOf(url, "/lakh/").params.name, name);
  }
});

test("what is no screen is no place", () => {
  assert.equal(placeOf(new URL("http://server/jobs/..%2f"), "/").screen, undefined);
  assert.equal(placeOf(new URL("http://server/other"), "/").screen, undefined);
});
