// What tabs say to each other about the one stream.
import type { WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Source } from "./shown.ts";
import type { StreamState } from "./watch-stream.ts";

export type TabMessage =
  /** What a tab shows now; nothing when it is hidden or closed. Repeated, so that who is silent is forgotten. */
  | {
      readonly is: "want";
      readonly tab: string;
      readonly topics: readonly WatchTopic[];
      readonly intervalMs: number;
      /** It has seen nothing yet, or not of these topics, or has missed some since. */
      readonly needsSnapshot: boolean;
    }
  /** A frame, as it came: to all, or to the one tab that needed it. */
  | ({ readonly is: "frame"; readonly bytes: Uint8Array<ArrayBuffer>; readonly to?: string } & Source)
  /** How the stream is: to all, or to the one tab that does not know yet. */
  | {
      readonly is: "state";
      readonly state: StreamState;
      readonly why: string | undefined;
      readonly to?: string;
    }
  /** Somebody else holds the stream from now on, and asks what is wanted. */
  | { readonly is: "elected" };

const KINDS: ReadonlySet<unknown> = new Set(["want", "frame", "state", "elected"]);

/** Only tabs of this origin can say anything, though perhaps of another version. */
export function isTabMessage(message: unknown): message is TabMessage {
  return typeof message === "object" && message !== null && KINDS.has((message as { is?: unknown }).is);
}
