// One Work stream of a worker: says hello, answers pings, carries reports and room, and keeps count of what the server
// has on disk. What the server's words mean for the jobs is the worker's business.
import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import {
  type Hello,
  WorkerService,
  type WorkRequest,
  WorkRequestSchema,
  type WorkResponse,
} from "../gen/lakh/v1/worker_pb.ts";
import type { ServerAddress } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import type { ReportOutbox } from "./report-outbox.ts";

/** What a stream needs. */
export interface WorkStreamNeeds {
  readonly hello: Hello;
  readonly outbox: ReportOutbox;
  /** Called with every message, after the stream has taken its own part of it. */
  readonly hear: (response: WorkResponse) => void;
  /** How long the server may take to say its first word. */
  readonly welcomeMaxMs: number;
}

/** A server that was silent for this many of its own heartbeats is gone. */
const heartbeatsMissedMax = 3;

/** From hello to the end of the stream. */
export class WorkStream {
  readonly #needs: WorkStreamNeeds;
  readonly #conversation: Conversation<WorkRequest, WorkResponse>;
  #hello: Hello | undefined;
  #pong: bigint | undefined;
  #capacity: number;
  #declaredCapacity: number;
  #isDraining = false;
  #saidDraining = false;
  #isWelcome = false;

  constructor(address: ServerAddress, needs: WorkStreamNeeds) {
    this.#needs = needs;
    this.#hello = needs.hello;
    this.#capacity = needs.hello.capacity;
    this.#declaredCapacity = needs.hello.capacity;
    this.#conversation = new Conversation(address, {
      say: () => this.#say(),
      hear: (response) => this.#hear(response),
      silenceMaxMs: needs.welcomeMaxMs,
    });
  }

  /** Whether the server has answered the hello. */
  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  /** Runs until the server ends the stream; throws when it breaks. Call once. */
  run(): Promise<void> {
    return this.#conversation.run((connection, requests, options) =>
      createClient(WorkerService, connection.transport).work(requests, options),
    );
  }

  /** There are new reports. */
  ring(): void {
    this.#conversation.ring();
  }

  /** Declares room for so many unfinished deliveries; 0 is a pause. */
  declareCapacity(capacity: number): void {
    this.#capacity = capacity;
    if (capacity !== this.#declaredCapacity) this.#conversation.ring();
  }

  /** Asks for no more jobs. */
  drain(): void {
    this.#isDraining = true;
    this.#conversation.ring();
  }

  /** Says what is left to say, then goodbye. */
  end(): void {
    this.#conversation.end();
  }

  /** Breaks the stream off. */
  abort(error: Error): void {
    this.#conversation.abort(error);
  }

  #say(): WorkRequest | undefined {
    const reports = this.#hello ? [] : this.#needs.outbox.take();
    const saysDraining = this.#isDraining && !this.#saidDraining;
    const saysCapacity = this.#capacity !== this.#declaredCapacity;
    if (!this.#hello && reports.length === 0 && this.#pong === undefined && !saysDraining && !saysCapacity) {
      return undefined;
    }

    const request = create(WorkRequestSchema, {
      reports,
      draining: saysDraining,
      ...(this.#hello && { hello: this.#hello }),
      ...(this.#pong !== undefined && { pong: { nonce: this.#pong } }),
      ...(saysCapacity && { capacity: this.#capacity }),
    });
    this.#hello = undefined;
    this.#pong = undefined;
    this.#declaredCapacity = this.#capacity;
    this.#saidDraining = this.#isDraining;
    return request;
  }

  #hear(response: WorkResponse): void {
    const { welcome, ping, reportsThrough } = response;
    if (welcome) {
      this.#isWelcome = true;
      const heartbeatMs = welcome.heartbeatInterval ? durationMs(welcome.heartbeatInterval) : 15_000;
      this.#conversation.allowSilence(heartbeatsMissedMax * heartbeatMs);
    }
    if (ping) {
      this.#pong = ping.nonce;
      this.#conversation.ring();
    }
    this.#needs.outbox.acknowledge(Number(reportsThrough));
    this.#needs.hear(response);
  }
}
