// What a change came to: one line for each id, or what an operation would touch.
import { type JobResult, toJobResult, toPreview } from "../client/operation-views.ts";
import { type WireBulkResult, type WireJobResult, wireToJson } from "../client/wire-json.ts";
import { statePaints } from "./ages.ts";
import type { ChangeVerb } from "./change-verbs.ts";
import type { Column } from "./columns.ts";
import type { CommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { Listing, type ListShape } from "./listing.ts";
import { jsonLine } from "./output.ts";
import { previewText } from "./preview-text.ts";
import type { Terminal } from "./terminal.ts";

/** Prints what would be changed. */
export async function printPreview(
  result: WireBulkResult,
  { verb, flags }: { readonly verb: ChangeVerb; readonly flags: CommonFlags },
  terminal: Terminal,
): Promise<number> {
  const { out } = terminal;
  const { preview } = result;
  if (flags.shape !== "table") {
    await out.write(
      jsonLine(flags.shape === "json" || !preview ? { result: wireToJson(result) } : wireToJson(preview)),
    );
  } else if (preview) {
    const by = { verb: verb.infinitive.toLowerCase(), now: terminal.now(), output: out };
    await out.write(previewText(toPreview(preview), by));
  }
  return exitCodes.done;
}

/** Prints what became of each id; answers the exit code: all changed, one unknown, one refused. */
export async function printResults(
  results: readonly WireBulkResult[],
  {
    verb,
    dryRun,
    flags,
  }: { readonly verb: ChangeVerb; readonly dryRun: boolean; readonly flags: CommonFlags },
  terminal: Terminal,
): Promise<number> {
  const wires = results.flatMap(({ jobs }) => jobs);
  if (flags.shape === "json") {
    await terminal.out.write(jsonLine({ result: { jobs: wires.map(wireToJson) } }));
  } else {
    const listing = new Listing(
      resultList(dryRun ? `would be ${verb.done}` : verb.done),
      flags.shape,
      terminal,
    );
    await listing.add(wires);
    await listing.end();
  }
  const outcomes = new Set(wires.map(toJobResult).map(({ outcome }) => outcome));
  if (outcomes.has("refused")) return exitCodes.refused;
  return outcomes.has("not_found") ? exitCodes.notFound : exitCodes.done;
}

function resultList(done: string): ListShape<WireJobResult, JobResult> {
  const columns: Column<JobResult>[] = [
    { head: "ID", cell: ({ id }) => id },
    {
      head: "OUTCOME",
      cell: ({ outcome }) => ({ changed: done, refused: "refused", not_found: "not found" })[outcome],
      paint: ({ outcome }) => (outcome === "changed" ? "green" : "yellow"),
    },
    {
      head: "STATE",
      cell: ({ state }) => (state === "unspecified" ? "" : state),
      paint: ({ state }) => statePaints[state],
    },
    { head: "", cell: ({ reason = "" }) => reason, shrinks: true },
  ];
  return { field: "jobs", columns, row: toJobResult, whenEmpty: "No job was named." };
}
