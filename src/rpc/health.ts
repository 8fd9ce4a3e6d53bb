// grpc.health.v1.Health: whether this server, and each of its services, takes calls. Load balancers and gRPC
// clients ask it; connect-es has none (connectrpc/connect-es#797).
// Semantics: https://github.com/grpc/grpc/blob/master/doc/health-checking.md
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { Health, HealthCheckResponse_ServingStatus as Status } from "../gen/grpc/health/v1/health_pb.ts";

/** The name that stands for the whole server. */
const wholeServer = "";

/** Knows which services serve, and tells whoever asks or watches. Nothing serves before `set` says so. */
export class HealthRegistry {
  readonly #serving = new Map<string, boolean>([[wholeServer, false]]);
  readonly #watchers = new Set<() => void>();
  #shutDown = false;

  /** How many Watch calls are open. */
  get watcherCount(): number {
    return this.#watchers.size;
  }

  /** Says whether a service serves; "" is the whole server. After `shutDown` nothing serves any more. */
  set(service: string, serving: boolean): void {
    this.#serving.set(service, serving && !this.#shutDown);
    this.#tellWatchers();
  }

  /** Says of everything that it does not serve, for good: before the port closes, so that clients turn away first. */
  shutDown(): void {
    this.#shutDown = true;
    for (const service of this.#serving.keys()) this.#serving.set(service, false);
    this.#tellWatchers();
  }

  register(router: ConnectRouter): void {
    router.service(Health, {
      check: ({ service }) => ({ status: this.#known(service) }),
      list: () => ({ statuses: this.#all() }),
      watch: ({ service }, context) => this.watch(service, context.signal),
    });
  }

  /**
   * Speaks at once and then at each change, until the signal aborts, whose reason it throws. An unknown service is no
   * error here: it may appear later.
   */
  async *watch(service: string, signal: AbortSignal): AsyncGenerator<{ status: Status }, void> {
    let wake = () => {};
    const onChange = () => wake();
    this.#watchers.add(onChange);
    signal.addEventListener("abort", onChange);
    try {
      for (let told: Status | undefined; !signal.aborted; ) {
        const status = this.#status(service);
        if (status === told) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        told = status;
        yield { status };
      }
    } finally {
      this.#watchers.delete(onChange);
      signal.removeEventListener("abort", onChange);
    }
    throw signal.reason;
  }

  #tellWatchers(): void {
    for (const wake of this.#watchers) wake();
  }

  #status(service: string): Status {
    const serving = this.#serving.get(service);
    if (serving === undefined) return Status.SERVICE_UNKNOWN;
    return serving ? Status.SERVING : Status.NOT_SERVING;
  }

  #known(service: string): Status {
    const status = this.#status(service);
    if (status === Status.SERVICE_UNKNOWN) throw new ConnectError("unknown service", Code.NotFound);
    return status;
  }

  #all(): Record<string, { status: Status }> {
    return Object.fromEntries(
      [...this.#serving.keys()].map((name) => [name, { status: this.#status(name) }]),
    );
  }
}
