// Chance that can be had again: a test that draws prints its seed, and LAKH_SEED makes it draw the same.

/** A whole number from 0 to 2^31 - 1: the one that LAKH_SEED names, else any. */
export function drawSeed(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const wanted = env.LAKH_SEED;
  if (wanted === undefined) return Math.floor(Math.random() * 2 ** 31);
  if (!/^\d{1,10}$/.test(wanted)) throw new Error(`LAKH_SEED must be a whole number, is ${wanted}`);

  return Number(wanted);
}
