// What is wrong with the text of a filter, if anything.
import { FilterError, parseFilter } from "../../src/client/filter.ts";

export function mistakeIn(text: string): FilterError | undefined {
  try {
    parseFilter(text, { now: 0 });
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
}
