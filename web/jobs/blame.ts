// Which term of a filter left nothing over: the filter is asked again with each of its terms taken out.
import { withoutTerm } from "../filter/edits.ts";
import { termsIn } from "../filter/terms.ts";

export interface Blamed {
  readonly term: string;
  /** The filter without it. */
  readonly rest: string;
}

export const TERMS_ASKED_MAX = 4;

/** The filters to ask; none for a single term, which is to blame in any case, and none for too many. */
export function suspects(text: string): readonly Blamed[] {
  const terms = termsIn(text);
  if (terms.length > TERMS_ASKED_MAX) return [];
  return terms.map((place) => ({ term: text.slice(place.at, place.end), rest: withoutTerm(text, place) }));
}

/** Those without which something matches. A search that found nothing so far says nothing. */
export async function blame(
  text: string,
  finds: (text: string) => Promise<boolean>,
): Promise<readonly Blamed[]> {
  const asked = await Promise.all(
    suspects(text).map(async (suspect) => ({ suspect, isFound: await finds(suspect.rest) })),
  );
  return asked.filter(({ isFound }) => isFound).map(({ suspect }) => suspect);
}
