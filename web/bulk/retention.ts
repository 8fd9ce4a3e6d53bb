// How long a cancel can be taken back, from the setting as the server writes it: "24h".

const UNITS: Readonly<Record<string, string>> = { ms: "ms", s: "s", m: "min", h: "h", d: "d", y: "y" };

/** Undefined while it is not known. */
export function retentionInWords(value: string | undefined): string {
  const { number, unit } = /^(?<number>[\d.]+)(?<unit>ms|[smhdy])$/.exec(value ?? "")?.groups ?? {};
  if (number === undefined || unit === undefined)
    return "A cancel can be taken back by retry, as long as cancelled jobs are kept.";
  if (Number(number) === 0) return "A cancel cannot be taken back: this server keeps no cancelled jobs.";
  return `A cancel can be taken back by retry for ${number} ${UNITS[unit]}.`;
}
