// Whether the server knows how many jobs match without looking at them.

import { printFilter } from "../../src/client/filter.ts";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";

/** Counts are kept by name and state, so a filter of these alone has an exact number of candidates. */
export function isCounted(filter: JobFilter): boolean {
  return /^(?:(?:state|name):\S+(?: |$))*$/.test(printFilter(filter));
}
