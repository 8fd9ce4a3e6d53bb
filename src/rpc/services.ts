// Every service of the port, on one router.
import type { ConnectRouter, Interceptor } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import { Health } from "../gen/grpc/health/v1/health_pb.ts";
import { Lakh } from "../gen/lakh/lakh_pb.ts";
import { AdminService } from "../gen/lakh/v1/admin_pb.ts";
import { ProducerService } from "../gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../gen/lakh/v1/worker_pb.ts";
import { buildAdminService } from "./admin.ts";
import type { CallCounts } from "./call-counts.ts";
import { answerFaults } from "./errors.ts";
import type { HealthRegistry } from "./health.ts";
import { enforceDeadline, type Log, logCalls } from "./interceptors.ts";
import { buildOriginalService } from "./original.ts";
import { buildProducerService } from "./producer.ts";
import { registerReflection } from "./reflection.ts";
import type { SystemFacts } from "./system.ts";
import type { ServerIdentity } from "./who-am-i.ts";
import { buildWorkerService } from "./worker.ts";

/** What users call; health and reflection speak of these. */
export const SERVICES = [ProducerService, WorkerService, AdminService, Lakh] as const;

export interface ServiceParts {
  readonly broker: Broker;
  readonly health: HealthRegistry;
  readonly log: Log;
  readonly server: ServerIdentity;
  readonly facts: SystemFacts;
  readonly calls: CallCounts;
}

export function registerServices(router: ConnectRouter, parts: ServiceParts): void {
  const { broker, health, log, server } = parts;
  router.service(ProducerService, buildProducerService(broker));
  router.service(WorkerService, buildWorkerService(broker, server.version));
  router.service(AdminService, buildAdminService(broker, parts));
  router.service(Lakh, buildOriginalService(broker, log));
  health.register(router);
  registerReflection(router, [...SERVICES, Health]);
}

/** Around every call, outermost first. */
export function interceptors({ broker, log, calls }: ServiceParts): Interceptor[] {
  return [logCalls(log, () => broker.clock.now(), calls), enforceDeadline, answerFaults];
}
