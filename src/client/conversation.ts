// One bidirectional stream from its first word to its end: what is to be said goes out when the last message has been
// written, what comes back is heard, and silence for too long ends it.
import { setImmediate as nextTurn } from "node:timers/promises";
import { type CallOptions, Code, ConnectError } from "@connectrpc/connect";
import { Bell } from "./bell.ts";
import { Connection, type ServerAddress } from "./connection.ts";
import { Watchdog } from "./watchdog.ts";

/** One side of the talk. */
export interface Speaker<Request, Response> {
  /** The next message, or undefined when there is nothing to say now. Called when the last one has been written. */
  readonly say: () => Request | undefined;
  readonly hear: (response: Response) => void;
  /** How long the server may keep silent, the first word included. */
  readonly silenceMaxMs: number;
}

/** Makes the call; its messages come from `requests`. */
export type OpenCall<Request, Response> = (
  connection: Connection,
  requests: AsyncIterable<Request>,
  options: CallOptions,
) => AsyncIterable<Response>;

/** A stream on a connection of its own, so that ending the one ends the other. */
export class Conversation<Request, Response> {
  readonly #speaker: Speaker<Request, Response>;
  readonly #connection: Connection;
  readonly #bell = new Bell();
  readonly #call = new AbortController();
  readonly #watchdog: Watchdog;
  #isEnding = false;
  #isOver = false;

  constructor(address: ServerAddress, speaker: Speaker<Request, Response>) {
    this.#connection = new Connection(address);
    this.#speaker = speaker;
    this.#watchdog = new Watchdog(speaker.silenceMaxMs, () => {
      this.abort(new ConnectError("the server has gone silent", Code.Unavailable));
    });
  }

  /** Runs until the server ends the stream; throws when it breaks. Call once. */
  async run(open: OpenCall<Request, Response>): Promise<void> {
    const options: CallOptions = {
      signal: this.#call.signal,
    };
    try {
      for await (const response of open(this.#connection, this.#requests(), options)) {
        this.#watchdog.heard();
        this.#speaker.hear(response);
      }
    } catch (error) {
      // An aborted call says "canceled"; whoever aborted it knows better.
      throw this.#call.signal.aborted ? this.#call.signal.reason : error;
    } finally {
      this.#isOver = true;
      this.#watchdog.stop();
      this.#bell.ring();
      this.#connection.close();
    }
  }

  /** There is something to say. */
  ring(): void {
    this.#bell.ring();
  }

  /** Says what is left to say and then no more. The server is expected to end the stream, and not to be silent for long. */
  end(): void {
    this.#isEnding = true;
    this.#bell.ring();
    if (!this.#isOver) this.#watchdog.heard(5_000);
  }

  /** Breaks the stream off. */
  abort(error: Error): void {
    if (this.#isOver) return;

    this.#call.abort(error);
    this.#connection.close(error);
  }

  /** The server speaks at least this often, times what should be forgiven. */
  allowSilence(silenceMaxMs: number): void {
    this.#watchdog.heard(silenceMaxMs);
  }

  async *#requests(): AsyncGenerator<Request> {
    while (!this.#isOver) {
      const message = this.#speaker.say();
      if (message !== undefined) {
        yield message;
      } else if (this.#isEnding) {
        return;
      } else {
        await this.#bell.heard();
        // What else this turn has to say goes out in the same message.
        await nextTurn();
      }
    }
  }
}
