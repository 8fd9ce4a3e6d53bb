// Commands that are a thing and a verb: `lakh jobs list`. Each verb is loaded when it is called.
import { Complaint } from "../server/complaint.ts";
import { didYouMean } from "../server/nearest-name.ts";
import type { Command } from "./commands.ts";

/** A command whose first word says which of these is meant. */
export function subcommands(thing: string, verbs: Readonly<Record<string, () => Promise<Command>>>): Command {
  return async ([verb, ...args], terminal) => {
    const names = Object.keys(verbs);
    if (verb === undefined || verb.startsWith("-")) {
      throw new Complaint(
        "the verb is missing",
        `Write lakh ${thing} ${names.join("|")}; see lakh help ${thing}.`,
      );
    }
    const load = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (load === undefined) {
      throw new Complaint("there is no such command", didYouMean(verb, names) ?? `See lakh help ${thing}.`);
    }

    return (await load())(args, terminal);
  };
}
