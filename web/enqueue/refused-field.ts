// A refusal of the server names its field: `jobs[0].name: must ...`. Which field of the form that is.

export interface RefusedField {
  /** As in the contract, or `payload`. */
  readonly field: string;
  readonly bound: string;
}

const NAMED = /^jobs\[0\]\.(?<path>[a-z_.]+)(?<inside>\[.*?\])?: (?<bound>.+)$/s;

/** Undefined when the message names no field of a job. */
export function refusedField(message: string): RefusedField | undefined {
  const { path, inside = "", bound } = NAMED.exec(message)?.groups ?? {};
  if (path === undefined || bound === undefined) return undefined;
  if (path === "data" || path === "json") return { field: "payload", bound };

  return { field: path, bound: inside === "" ? bound : `${inside.slice(1, -1)} ${bound}` };
}
