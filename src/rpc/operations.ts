// Operations under way and over, asked after by those who began them.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import {
  type GetOperationRequest,
  type GetOperationResponse,
  GetOperationResponseSchema,
  type ListOperationsResponse,
  ListOperationsResponseSchema,
  type StopOperationRequest,
  type StopOperationResponse,
  StopOperationResponseSchema,
} from "../gen/lakh/v1/admin_pb.ts";
import { checkId } from "../job/admission.ts";
import type { OperationId } from "../store/operation.ts";
import { expectNone, expectTaking } from "./errors.ts";
import { viewOperation } from "./operation-view.ts";

export async function listOperations(broker: Broker): Promise<ListOperationsResponse> {
  const operations = await broker.operator.operations();
  return create(ListOperationsResponseSchema, { operations: operations.map(viewOperation) });
}

export async function getOperation(
  broker: Broker,
  { id }: GetOperationRequest,
): Promise<GetOperationResponse> {
  expectNone(checkId("id", id));
  const operations = await broker.operator.operations();
  const operation = operations.find((one) => one.id === id);
  if (!operation) throw unknown(id);

  return create(GetOperationResponseSchema, { operation: viewOperation(operation) });
}

export async function stopOperation(
  broker: Broker,
  { id }: StopOperationRequest,
): Promise<StopOperationResponse> {
  expectNone(checkId("id", id));
  expectTaking(broker);
  const stopped = await broker.operator.stop(id as OperationId);
  if (!stopped) throw unknown(id);
  if (stopped.before.state !== "running")
    throw new ConnectError(`operation ${id}: is ${stopped.before.state} already`, Code.FailedPrecondition);

  return create(StopOperationResponseSchema, { operation: viewOperation(stopped.now) });
}

function unknown(id: string): ConnectError {
  return new ConnectError(`operation ${id}: there is none with this id, or none any more`, Code.NotFound);
}
