// Where a list goes on, as a word that says nothing to its reader. A token carries a hash of the request that it came
// from and of itself, so that one that was altered, or belongs to another request, is refused and never followed.
import type { Violation } from "../job/admission.ts";
import { hash64 } from "../job/error-group.ts";
import { LIMITS } from "../job/limits.ts";
import { invalid } from "./errors.ts";

/** The fields that every request for a page has. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** What a page is a page of: pages of the same list, and they alone, go on from each other. */
export interface PageOf {
  /** The rpc, and all of the request that decides which entries there are and in which order; as JSON would have it. */
  readonly list: readonly unknown[];
  /** Default `LIMITS.pageSizeDefault`. */
  readonly sizeDefault?: number;
  /** What the word must be where a page goes on, as far as can be told here. */
  readonly check?: (field: string, after: string) => Violation | undefined;
}

export interface Page {
  /** At most this many entries. */
  readonly size: number;
  /** Where to go on; undefined at the beginning. The hash is no secret, so it may be a word that no answer had. */
  readonly after: string | undefined;
  /** The token of the page after this one; empty when there is nothing to go on from. */
  readonly tokenFor: (after: string | undefined) => string;
}

/** As in https://google.aip.dev/158. Throws INVALID_ARGUMENT. */
export function readPage({ pageSize, pageToken }: PageRequest, { list, sizeDefault, check }: PageOf): Page {
  if (pageSize < 0) throw invalid("page_size", "must not be negative");
  const scope = JSON.stringify(list);
  const after = pageToken === "" ? undefined : readToken(scope, pageToken);
  if (after !== undefined && check?.("page_token", after)) throw wrongToken();

  return {
    size: Math.min(pageSize || (sizeDefault ?? LIMITS.pageSizeDefault), LIMITS.pageSizeMax),
    after,
    tokenFor: (next) => (next === undefined ? "" : writeToken(scope, next)),
  };
}

/**
 * What is found from where the page goes on. Only the engine knows which words are places of its own; to others it says
 * RangeError. Rejects with INVALID_ARGUMENT then.
 */
export async function foundAfter<T>(page: Page, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (page.after !== undefined && error instanceof RangeError) throw wrongToken();
    throw error;
  }
}

function wrongToken(): Error {
  return invalid("page_token", "must be the next_page_token of an answer to this same request");
}

const HASH_LENGTH = 16;

function writeToken(scope: string, after: string): string {
  return encode(hashOf(scope, after) + after);
}

function readToken(scope: string, token: string): string {
  if (token.length > LIMITS.pageTokenLengthMax) throw wrongToken();
  const text = Buffer.from(token, "base64url").toString("utf8");
  const after = text.slice(HASH_LENGTH);
  // Written anew, since decoding forgives what is no base64 and no UTF-8.
  if (encode(text) !== token || text.slice(0, HASH_LENGTH) !== hashOf(scope, after)) throw wrongToken();

  return after;
}

function hashOf(scope: string, after: string): string {
  return hash64(`${scope}\0${after}`);
}

function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}
