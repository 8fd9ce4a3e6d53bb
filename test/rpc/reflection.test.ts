// gRPC reflection, asked by hand for each of its five queries, and by buf curl as a stranger would.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  create,
  createFileRegistry,
  type DescService,
  fromBinary,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Health } from "../../src/gen/grpc/health/v1/health_pb.ts";
import {
  ServerReflection,
  type ServerReflectionRequestSchema,
  type ServerReflectionResponse,
} from "../../src/gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as V1Alpha } from "../../src/gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../../src/gen/lakh/v1/worker_pb.ts";
import { registerReflection } from "../../src/rpc/reflection.ts";
import { openRpcPort, type RpcPort, tinyRoutes } from "../server/rpc-port.ts";

type Query = NonNullable<MessageInitShape<typeof ServerReflectionRequestSchema>["messageRequest"]>;

const lakhServices = [WorkerService, ProducerService, Health];

function serving(services: readonly DescService[] = lakhServices): Promise<RpcPort> {
  return openRpcPort({
    limits: { closeTimeoutMs: 300, goodbyeTimeoutMs: 100 },
    rpc: {
      shutdownTimeoutMs: 0,
      routes(router) {
        tinyRoutes(router);
        registerReflection(router, services);
      },
    },
  });
}

/** Asks all on one stream; answers the names of files, in order, or what else came. */
async function ask(server: RpcPort, version: typeof ServerReflection | typeof V1Alpha, queries: Query[]) {
  async function* requests() {
    for (const messageRequest of queries) yield { host: "here", messageRequest };
  }
  const client = createClient(
    version as typeof ServerReflection,
    createGrpcTransport({ baseUrl: server.url }),
  );
  const answers: unknown[] = [];
  for await (const { messageResponse, validHost, originalRequest } of client.serverReflectionInfo(
    requests(),
  )) {
    assert.equal(validHost, "here");
    assert.equal(originalRequest?.messageRequest.case, queries[answers.length]?.case);
    answers.push(plain(messageResponse));
  }
  return answers;
}

/** What an answer says, without the wrapping. */
function plain(answer: ServerReflectionResponse["messageResponse"]): unknown {
  switch (answer.case) {
    case "fileDescriptorResponse":
      return answer.value.fileDescriptorProto.map(
        (bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name,
      );
    case "listServicesResponse":
      return answer.value.service.map(({ name }) => name);
    case "allExtensionNumbersResponse":
      return [answer.value.baseTypeName, ...answer.value.extensionNumber];
    case "errorResponse":
      return { code: answer.value.errorCode, message: answer.value.errorMessage };
    default:
      return answer.case;
  }
}

const producerFile = "lakh/v1/producer.proto";

for (const [version, service] of [
  ["v1", ServerReflection],
  ["v1alpha", V1Alpha],
] as const) {
  describe(`reflection ${version}`, () => {
    test("lists the services, sorted", async () => {
      await using server = await serving();
      const [names] = await ask(server, service, [{ case: "listServices", value: "" }]);
      assert.deepEqual(names, ["grpc.health.v1.Health", "lakh.v1.ProducerService", "lakh.v1.WorkerService"]);
    });

    test("gives a file with all that it needs, and what it needs once per stream", async () => {
      await using server = await serving();
      const file: Query = { case: "fileByFilename", value: producerFile };
      const [first, again] = await ask(server, service, [file, file]);
      assert.ok(Array.isArray(first));
      assert.equal(first[0], producerFile);
      assert.ok(first.includes("lakh/v1/job.proto") && first.includes("google/protobuf/timestamp.proto"));
      assert.deepEqual(again, [producerFile]);
    });

    test("finds the file of a service, method, message, field, oneof, enum and enum value", async () => {
      await using server = await serving();
      const symbols = [
        "lakh.v1.ProducerService",
        ".lakh.v1.ProducerService.Enqueue",
        "lakh.v1.EnqueueRequest",
        "lakh.v1.EnqueueRequest.jobs",
        "lakh.v1.CancelOutcome",
        "lakh.v1.CANCEL_OUTCOME_NOT_FOUND",
      ];
      const queries = symbols.map((value): Query => ({ case: "fileContainingSymbol", value }));
      for (const [i, files] of (await ask(server, service, queries)).entries()) {
        assert.ok(Array.isArray(files), `${symbols[i]}: ${JSON.stringify(files)}`);
        assert.equal(files[0], producerFile, symbols[i]);
      }
      const elsewhere: [symbol: string, file: string][] = [
        ["lakh.v1.JobSpec.payload", "lakh/v1/job.proto"],
        ["grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto"],
      ];
      for (const [value, file] of elsewhere) {
        const [files] = await ask(server, service, [{ case: "fileContainingSymbol", value }]);
        assert.deepEqual(Array.isArray(files) && files[0], file);
      }
    });

    test("knows extensions by number and by message", async () => {
      await using server = await serving([extendedService()]);
      const answers = await ask(server, service, [
        { case: "fileContainingExtension", value: { containingType: "test.Base", extensionNumber: 101 } },
        { case: "allExtensionNumbersOfType", value: "test.Base" },
        { case: "fileContainingExtension", value: { containingType: "test.Base", extensionNumber: 7 } },
      ]);
      assert.deepEqual(answers, [
        ["test.proto"],
        ["test.Base", 101, 102],
        { code: Code.NotFound, message: "extension 7 of test.Base not found" },
      ]);
    });

    test("answers what it does not know with an error, and the stream goes on", async () => {
      await using server = await serving();
      const answers = await ask(server, service, [
        { case: "fileByFilename", value: "nowhere.proto" },
        { case: "fileContainingSymbol", value: "lakh.v1.Nobody" },
        { case: "allExtensionNumbersOfType", value: "lakh.v1.Nobody" },
        { case: undefined },
        { case: "allExtensionNumbersOfType", value: "lakh.v1.JobSpec" },
      ]);
      assert.deepEqual(answers, [
        { code: Code.NotFound, message: "nowhere.proto not found" },
        { code: Code.NotFound, message: "lakh.v1.Nobody not found" },
        { code: Code.NotFound, message: "lakh.v1.Nobody not found" },
        { code: Code.InvalidArgument, message: "unknown reflection query" },
        ["lakh.v1.JobSpec"],
      ]);
    });
  });
}

/** A service in a file that declares extensions, of which the API itself has none. */
function extendedService(): DescService {
  const extension = (name: string, number: number) => ({
    name,
    number,
    extendee: ".test.Base",
    type: 5,
    label: 1,
  });
  const file = create(FileDescriptorProtoSchema, {
    name: "test.proto",
    package: "test",
    syntax: "proto2",
    messageType: [{ name: "Base", extensionRange: [{ start: 100, end: 200 }] }],
    extension: [extension("one", 101), extension("two", 102)],
    service: [
      { name: "Extended", method: [{ name: "Call", inputType: ".test.Base", outputType: ".test.Base" }] },
    ],
  });
  const service = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getService(
    "test.Extended",
  );
  assert.ok(service);
  return service;
}

describe("buf curl, which knows nothing beforehand", () => {
  const buf = fileURLToPath(new URL("../../node_modules/.bin/buf", import.meta.url));
  const curl = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(buf, ["curl", "--http2-prior-knowledge", ...args], {
      timeout: 20_000,
    });
    return stdout;
  };

  test("lists the methods and calls one by its name", async () => {
    await using server = await serving();
    const listed = await curl("--list-methods", server.url);
    assert.match(listed, /lakh\.v1\.ProducerService\/Enqueue$/m);

    const path = `${server.url}/lakh.v1.ProducerService/Enqueue`;
    const answer = await curl("--protocol", "grpc", "--data", '{"jobs":[{"id":"a"}]}', path);
    assert.equal(JSON.parse(answer).jobs[0].id, "a");
  });
});
