// What a refusal must be like, whoever is refused: the right code, words that name the field and its bound, and nothing
// of the server's inside.
import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";

const INSIDE =
  /node_modules|file:|\/(src|home|usr|tmp)\/|\.[jt]s\b|\bat \S+ \(|sqlite|SELECT |undefined|\[object/i;
const WORDS_MAX = 300;

/** The refusal of the call. Fails when it is not refused, or not with this code and these words. */
export async function assertRefused(call: Promise<unknown>, code: Code, words: RegExp): Promise<void> {
  const error = await call.then(
    (answer) => assert.fail(`not refused: ${short(answer)}`),
    (fault: unknown) => fault,
  );
  if (!(error instanceof ConnectError)) throw error;
  assertWords(error.rawMessage, words);
  assert.equal(Code[error.code], Code[code], error.rawMessage);
}

export function assertWords(message: string, words: RegExp): void {
  assert.match(message, words);
  assert.doesNotMatch(message, INSIDE);
  assert.ok(message.length <= WORDS_MAX, `${message.length} characters are no message`);
}

function short(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? `${inner}` : inner)) ?? "";
  return text.slice(0, 200);
}
