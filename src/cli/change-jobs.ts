// The one way in which commands change jobs: try it, ask, do it, follow it.
import type { AdminCalls } from "../client/admin-calls.ts";
import { toSelection } from "../client/admin-requests.ts";
import { type Preview, toOperation, toPreview } from "../client/operation-views.ts";
import type { WireBulkResult, WireOperation } from "../client/wire-json.ts";
import type { CommandLine } from "../server/flags.ts";
import { printPreview, printResults } from "./change-output.ts";
import type { ChangeVerb } from "./change-verbs.ts";
import { type CommonFlags, isOn } from "./common-flags.ts";
import { isConfirmed } from "./confirm.ts";
import { exitCodes, Failure } from "./failure.ts";
import { endSentence, exitCodeOf, followOperation } from "./operation-progress.ts";
import { printOperation } from "./operation-table.ts";
import { countSentence, divisionText } from "./preview-text.ts";
import type { Selected } from "./selection-flags.ts";
import { readSpread, spreadOf } from "./spread-flags.ts";
import type { Terminal } from "./terminal.ts";

/** What to change, and how. */
export interface Change {
  readonly verb: ChangeVerb;
  readonly selected: Selected;
  readonly line: CommandLine;
  readonly flags: CommonFlags;
  readonly calls: AdminCalls;
}

/** Ids in one call. */
const idsMax = 1_000;
/** More than this many are asked about by their number. */
const manyMin = 101;

/** Does it; answers the exit code. */
export async function changeJobs(change: Change, terminal: Terminal): Promise<number> {
  const spread = readSpread(change.line);
  if ("ids" in change.selected) return changeIds(change, change.selected.ids, terminal);

  const isDryRun = isOn(change.line, "dry-run");
  const asks = terminal.isInteractive && !isOn(change.line, "yes");
  const isRated = spread.perSecond !== undefined;
  const needsYes = change.verb.destroys && !isOn(change.line, "yes");
  if (isDryRun) return printPreview(await callOnce(change, { dryRun: true }), change, terminal);
  const preview = asks || isRated ? await previewOf(change) : undefined;
  if ((asks || needsYes) && !(await isMeant(change, preview, terminal))) return exitCodes.failed;
  if (preview?.matching === 0 && preview.isComplete) {
    await terminal.err.write("No job matches; nothing was changed.\n");
    return exitCodes.done;
  }

  const spreadMs = spreadOf(spread, preview && expectedOf(preview));
  const { operation } = await callOnce(change, { spreadMs, asOf: preview?.asOf });
  if (operation === undefined)
    throw new Failure(`lakh ${change.verb.words} failed: the server began nothing.`);
  return followed(operation, { change, preview }, terminal);
}

async function changeIds(change: Change, ids: readonly string[], terminal: Terminal): Promise<number> {
  const { verb, line } = change;
  const dryRun = isOn(line, "dry-run");
  const jobs = ids.length === 1 ? `the job ${ids[0]}` : `${ids.length} jobs`;
  const question = { text: `${verb.infinitive} ${jobs}?` };
  if (verb.destroys && !dryRun && !isOn(line, "yes") && !(await isConfirmed(question, terminal))) {
    return exitCodes.failed;
  }

  const spreadMs = spreadOf(readSpread(line), ids.length);
  const results: WireBulkResult[] = [];
  for (let at = 0; at < ids.length; at += idsMax) {
    const some = { ...change, selected: { ids: ids.slice(at, at + idsMax) } };
    results.push(await callOnce(some, { dryRun, spreadMs }));
  }
  return printResults(results, { verb, dryRun, flags: change.flags }, terminal);
}

async function callOnce(
  { verb, selected, calls }: Change,
  how: {
    readonly dryRun?: boolean;
    readonly spreadMs?: number | undefined;
    readonly asOf?: number | undefined;
  },
): Promise<WireBulkResult> {
  const { dryRun = false, spreadMs, asOf } = how;
  const selection = toSelection("ids" in selected ? selected : { ...selected, asOf });
  const call: AdminCalls["change"] = dryRun ? (one) => calls.read(one) : (one) => calls.change(one);
  const { result } = await call((client, options) =>
    verb.call({ client, options, selection, dryRun, spreadMs }),
  );
  if (result === undefined) throw new Failure(`lakh ${verb.words} failed: the server's reply is empty.`);
  return result;
}

async function previewOf(change: Change): Promise<Preview> {
  const { preview } = await callOnce(change, { dryRun: true });
  if (preview === undefined)
    throw new Failure(`lakh ${change.verb.words} failed: the server's preview is empty.`);
  return toPreview(preview);
}

/** Asks, unless it harms nobody: a few jobs that are brought back. */
async function isMeant({ verb }: Change, preview: Preview | undefined, terminal: Terminal): Promise<boolean> {
  const { matching = 0, isComplete = false } = preview ?? {};
  if (preview && isComplete && (matching === 0 || (!verb.destroys && matching < manyMin))) return true;

  if (preview) await terminal.err.write(`${divisionText(preview, terminal.err)}\n`);
  const text = `${verb.infinitive} ${preview ? countSentence(preview) : "them"}?`;
  const typed = verb.destroys && matching >= manyMin ? { typed: String(matching) } : {};
  return isConfirmed({ text, ...typed }, terminal);
}

/** How many there will be in all, when not all were searched. */
function expectedOf({ matching, isComplete, searched, candidates }: Preview): number {
  return isComplete || searched === 0 ? matching : Math.ceil((matching * candidates) / searched);
}

async function followed(
  begun: WireOperation,
  { change, preview }: { readonly change: Change; readonly preview: Preview | undefined },
  terminal: Terminal,
): Promise<number> {
  const { calls, line, flags } = change;
  if (isOn(line, "no-wait")) {
    await printOperation(begun, flags.shape, terminal);
    return exitCodes.done;
  }

  const expected = preview?.isComplete ? preview.matching : undefined;
  const ended = await followOperation({ calls, id: begun.id, expected }, terminal);
  if (ended === undefined) return exitCodes.failed;
  const operation = toOperation(ended);
  if (flags.shape === "table") await terminal.out.write(`${endSentence(operation)}\n`);
  else await printOperation(ended, flags.shape, terminal);
  return exitCodeOf(operation);
}
