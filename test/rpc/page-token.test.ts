// Pages as in https://google.aip.dev/158: sizes, and tokens that are good for one list and say nothing.
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { checkName } from "../../src/job/admission.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { type Page, type PageOf, readPage } from "../../src/rpc/page-token.ts";

const JOBS: PageOf = { list: ["ListJobs", { names: ["mail"] }, "newest"] };
const first = (of: PageOf = JOBS) => readPage({ pageSize: 0, pageToken: "" }, of);
const next = (pageToken: string, of: PageOf = JOBS) => readPage({ pageSize: 0, pageToken }, of);

/** The word that the token is refused with; undefined when it is followed. */
function refusalOf(read: () => Page): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    assert.equal(error.code, Code.InvalidArgument);
    return error.rawMessage;
  }
}

const WRONG = "page_token: must be the next_page_token of an answer to this same request";

describe("a page size", () => {
  const sizeOf = (pageSize: number, sizeDefault?: number) =>
    readPage({ pageSize, pageToken: "" }, { ...JOBS, ...(sizeDefault && { sizeDefault }) }).size;

  test("is the default when it is 0, and lowered when it is too large", () => {
    assert.deepEqual(
      [0, 1, 999, 1_000, 1_001, 2 ** 31 - 1].map((size) => sizeOf(size)),
      [100, 1, 999, 1_000, 1_000, 1_000],
    );
    assert.equal(sizeOf(0, 50), 50);
  });

  test("is refused when it is negative", () => {
    for (const size of [-1, -(2 ** 31)])
      assert.equal(
        refusalOf(() => readPage({ pageSize: size, pageToken: "" }, JOBS)),
        "page_size: must not be negative",
      );
  });
});

describe("a page token", () => {
  test("leads to where its page ended, whatever words are used for that", () => {
    for (const after of ["", "a", "mail.welcome", '["a",1]', "größe 💥", "x".repeat(1_000)])
      assert.equal(next(first().tokenFor(after)).after, after);
  });

  test("is empty at the end, and nowhere else; an empty one is the beginning", () => {
    assert.equal(first().tokenFor(undefined), "");
    assert.notEqual(first().tokenFor(""), "");
    assert.equal(first().after, undefined);
  });

  test("says nothing, and needs no escaping in a URL", () => {
    const token = first().tokenFor("mail.welcome");
    assert.match(token, /^[A-Za-z0-9_-]+$/);
    assert.ok(!token.includes("mail"));
  });

  test("fits its bound with the longest word that a list has", () => {
    const id = "x".repeat(LIMITS.idLengthMax);
    const cursor = JSON.stringify([
      id,
      "x".repeat(LIMITS.nameLengthMax),
      ...Array(8).fill(Number.MAX_SAFE_INTEGER),
    ]);
    const token = first().tokenFor(cursor);
    assert.ok(token.length <= LIMITS.pageTokenLengthMax, `${token.length}`);
    assert.equal(next(token).after, cursor);
  });

  test("may come with another page size", () => {
    const page = readPage({ pageSize: 7, pageToken: first().tokenFor("a") }, JOBS);
    assert.deepEqual([page.size, page.after], [7, "a"]);
  });

  const others: Readonly<Record<string, PageOf>> = {
    "another rpc": { list: ["ListQueues", { names: ["mail"] }, "newest"] },
    "another filter": { list: ["ListJobs", { names: ["mail"], retrying: true }, "newest"] },
    "no filter": { list: ["ListJobs", {}, "newest"] },
    "another order": { list: ["ListJobs", { names: ["mail"] }, "oldest"] },
  };
  for (const [what, of] of Object.entries(others)) {
    test(`of ${what} is refused`, () => {
      assert.equal(
        refusalOf(() => next(first(of).tokenFor("a"))),
        WRONG,
      );
    });
  }

  test("whose word is none of the list's is refused", () => {
    const names: PageOf = { ...JOBS, check: checkName };
    assert.equal(next(first(names).tokenFor("mail"), names).after, "mail");
    for (const after of ["", "a b", "x".repeat(129)])
      assert.equal(
        refusalOf(() => next(first(names).tokenFor(after), names)),
        WRONG,
      );
  });

  test("that was altered in one character, cut or lengthened is refused", () => {
    const token = first().tokenFor("mail.welcome");
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === "A" ? "B" : "A";
      assert.equal(
        refusalOf(() => next(token.slice(0, i) + other + token.slice(i + 1))),
        WRONG,
        `character ${i}`,
      );
      if (i > 0)
        assert.equal(
          refusalOf(() => next(token.slice(0, i))),
          WRONG,
          `cut to ${i}`,
        );
    }
    for (const more of ["A", "=", "\n", "*", " "])
      assert.equal(
        refusalOf(() => next(token + more)),
        WRONG,
      );
  });

  test("that is too long is refused before it is looked at", () => {
    const token = first().tokenFor("x".repeat(LIMITS.pageTokenLengthMax));
    assert.ok(token.length > LIMITS.pageTokenLengthMax);
    assert.equal(
      refusalOf(() => next(token)),
      WRONG,
    );
  });

  test("that nobody gave out is refused: 20,000 of them", () => {
    const alphabet = "ABCabc019-_=+/ \u0000é💥";
    for (let i = 0; i < 20_000; i++) {
      const bytes = randomBytes(1 + randomInt(80));
      const random =
        i % 2 === 0
          ? bytes.toString("base64url")
          : [...bytes].map((byte) => alphabet[byte % alphabet.length]).join("");
      assert.equal(
        refusalOf(() => next(random)),
        WRONG,
        JSON.stringify(random),
      );
    }
  });
});

/** Wrong ways to read a token, each of which something above would catch. */
describe("control: such a token would be followed", () => {
  const token = first().tokenFor("mail");
  const text = Buffer.from(token, "base64url").toString();

  test("by a reader that does not compare the hash", () => {
    const forged = Buffer.from(`${"0".repeat(16)}mail`).toString("base64url");
    assert.equal(Buffer.from(forged, "base64url").toString().slice(16), "mail");
    assert.equal(
      refusalOf(() => next(forged)),
      WRONG,
    );
  });

  test("by a reader that forgives what is no base64url", () => {
    const padded = `${token}=`;
    assert.equal(Buffer.from(padded, "base64url").toString(), text);
    assert.equal(
      refusalOf(() => next(padded)),
      WRONG,
    );
  });
});
