// What peers did in this run: each is measured by a program of its own in test/bench/peers, which prints such figures as
// lines of JSON.

export const PEER_LOADS = ["one by one", "bulk", "drain"] as const;

export interface PeerFigure {
  /** Its name and version, and what it keeps jobs in. */
  readonly peer: string;
  /** One job a call by 16 callers; as many in a call as it likes best; received and acknowledged, as it likes best. */
  readonly load: (typeof PEER_LOADS)[number];
  readonly perSecond: number;
  /** What is on disk when it acknowledges, in its own words. */
  readonly durability: string;
  /** The worst that what it acknowledges survives. */
  readonly survives: "a power cut" | "kill -9" | "nothing";
}

/** The fastest at that; undefined when none was measured. */
export function bestPeer(
  figures: readonly PeerFigure[],
  load: PeerFigure["load"],
  isWanted: (figure: PeerFigure) => boolean,
): PeerFigure | undefined {
  return figures
    .filter((figure) => figure.load === load && isWanted(figure))
    .reduce<PeerFigure | undefined>(
      (best, one) => (best && best.perSecond > one.perSecond ? best : one),
      undefined,
    );
}
