// gRPC server reflection, v1 and v1alpha: lets grpcurl, buf curl and their like learn the API from the server.
// connect-es has none (connectrpc/connect-es#797). Answers all five queries from the generated descriptors; the
// files are encoded again from generated code, so they come without comments.
// Semantics: https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
import { type DescExtension, type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { ServerReflection as V1 } from "../gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as V1Alpha } from "../gen/grpc/reflection/v1alpha/reflection_pb.ts";

// v1 and v1alpha are the same messages under two names; these are the parts that both have.
type Query =
  | { case: "fileByFilename" | "fileContainingSymbol" | "allExtensionNumbersOfType"; value: string }
  | { case: "listServices"; value: string }
  | { case: "fileContainingExtension"; value: { containingType: string; extensionNumber: number } }
  | { case: undefined; value?: undefined };

type Answer =
  | { case: "listServicesResponse"; value: { service: { name: string }[] } }
  | { case: "fileDescriptorResponse"; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: "allExtensionNumbersResponse"; value: { baseTypeName: string; extensionNumber: number[] } }
  | { case: "errorResponse"; value: { errorCode: number; errorMessage: string } };

/** Serves both versions of reflection for these services, and for all that their files mention. */
export function registerReflection(router: ConnectRouter, services: readonly DescService[]): void {
  const index = new ReflectionIndex(services);

  async function* serverReflectionInfo<R extends { host: string; messageRequest: Query }>(
    requests: AsyncIterable<R>,
  ) {
    const sent = new Set<DescFile>();
    for await (const request of requests) {
      const messageResponse = index.answer(request.messageRequest, sent);
      yield { validHost: request.host, originalRequest: request, messageResponse };
    }
  }

  router.service(V1, { serverReflectionInfo });
  router.service(V1Alpha, { serverReflectionInfo });
}

class ReflectionIndex {
  readonly #services: { name: string }[];
  /** Each file with its encoding, so that asking costs us nothing but the sending. */
  readonly #encoded = new Map<DescFile, Uint8Array>();
  readonly #files = new Map<string, DescFile>();
  readonly #symbols = new Map<string, DescFile>();
  readonly #extensions: DescExtension[] = [];

  constructor(services: readonly DescService[]) {
    this.#services = services.map(({ typeName }) => ({ name: typeName })).sort(byName);
    for (const { file } of services) {
      for (const each of withDependencies(file)) this.#add(each);
    }
  }

  /** Answers one query. `sent` holds the files that this stream has been given: dependencies go out once. */
  answer(query: Query, sent: Set<DescFile>): Answer {
    try {
      return this.#answer(query, sent);
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      return { case: "errorResponse", value: { errorCode: error.code, errorMessage: error.rawMessage } };
    }
  }

  #answer(query: Query, sent: Set<DescFile>): Answer {
    switch (query.case) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: this.#services } };
      case "fileByFilename":
        return this.#describe(found(this.#files.get(query.value), query.value), sent);
      case "fileContainingSymbol":
        return this.#describe(found(this.#symbols.get(query.value.replace(/^\./, "")), query.value), sent);
      case "fileContainingExtension":
        return this.#describe(this.#extension(query.value).file, sent);
      case "allExtensionNumbersOfType":
        return this.#extensionNumbers(query.value);
      default:
        throw new ConnectError("unknown reflection query", Code.InvalidArgument);
    }
  }

  #add(file: DescFile): void {
    if (this.#encoded.has(file)) return;
    this.#encoded.set(file, toBinary(FileDescriptorProtoSchema, file.proto));
    this.#files.set(file.proto.name, file);
    for (const symbol of symbolsOf(file)) this.#symbols.set(symbol, file);
    for (const desc of nestedTypes(file)) {
      if (desc.kind === "extension") this.#extensions.push(desc);
    }
  }

  #describe(asked: DescFile, sent: Set<DescFile>): Answer {
    const fileDescriptorProto: Uint8Array[] = [];
    for (const file of withDependencies(asked)) {
      const bytes = this.#encoded.get(file);
      if (bytes === undefined || (sent.has(file) && file !== asked)) continue;
      sent.add(file);
      fileDescriptorProto.push(bytes);
    }
    return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
  }

  #extension(asked: { containingType: string; extensionNumber: number }): DescExtension {
    const extension = this.#extensions.find(
      ({ extendee, number }) =>
        extendee.typeName === asked.containingType && number === asked.extensionNumber,
    );
    return found(extension, `extension ${asked.extensionNumber} of ${asked.containingType}`);
  }

  #extensionNumbers(baseTypeName: string): Answer {
    found(this.#symbols.get(baseTypeName), baseTypeName);
    const extensions = this.#extensions.filter(({ extendee }) => extendee.typeName === baseTypeName);
    const extensionNumber = extensions.map(({ number }) => number);
    return { case: "allExtensionNumbersResponse", value: { baseTypeName, extensionNumber } };
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new ConnectError(`${name} not found`, Code.NotFound);
  return value;
}

function* withDependencies(file: DescFile, seen = new Set<DescFile>()): Iterable<DescFile> {
  if (seen.has(file)) return;
  seen.add(file);
  yield file;
  for (const dependency of file.dependencies) yield* withDependencies(dependency, seen);
}

/** The full name of everything that a file declares, members included. */
function* symbolsOf(file: DescFile): Iterable<string> {
  for (const desc of nestedTypes(file)) {
    yield desc.typeName;
    if (desc.kind === "service") yield* desc.methods.map(({ name }) => `${desc.typeName}.${name}`);
    if (desc.kind === "message") {
      yield* desc.fields.map(({ name }) => `${desc.typeName}.${name}`);
      yield* desc.oneofs.map(({ name }) => `${desc.typeName}.${name}`);
    }
    if (desc.kind === "enum") {
      // An enum value lives beside its enum, not in it.
      const scope = desc.typeName.slice(0, -desc.name.length);
      yield* desc.values.map(({ name }) => `${scope}${name}`);
    }
  }
}
