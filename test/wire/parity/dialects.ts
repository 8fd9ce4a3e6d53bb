// The ways in which a unary call can be written down, by hand: what each calls itself, and how it wraps a message.
import { create, type DescMessage, type MessageInitShape, toBinary, toJsonString } from "@bufbuild/protobuf";
import { envelope } from "../../server/port-peers.ts";
import type { RawCall } from "./sight.ts";

export type HttpVersion = "1.1" | "2";

export interface Dialect {
  readonly title: string;
  readonly contentType: string;
  readonly isJson: boolean;
  /** Whether a message has five bytes before it. */
  readonly isEnveloped: boolean;
  /** What the header of a deadline is called. */
  readonly timeout: "grpc-timeout" | "connect-timeout-ms";
}

/** A dialect over a version of HTTP. */
export interface Lane {
  readonly title: string;
  readonly dialect: Dialect;
  readonly http: HttpVersion;
}

export interface UnaryMethod {
  readonly name: string;
  readonly parent: { readonly typeName: string };
  readonly input: DescMessage;
}

export const DIALECTS = {
  grpc: enveloped("gRPC", "application/grpc"),
  grpcJson: enveloped("gRPC with JSON", "application/grpc+json"),
  grpcWeb: enveloped("gRPC-web", "application/grpc-web+proto"),
  grpcWebJson: enveloped("gRPC-web with JSON", "application/grpc-web+json"),
  connect: plain("Connect", "application/proto"),
  json: plain("Connect JSON", "application/json"),
} as const;

export const LANES: readonly Lane[] = Object.values(DIALECTS).flatMap((dialect) =>
  (["1.1", "2"] as const).map((http) => ({ title: `${dialect.title} over HTTP/${http}`, dialect, http })),
);

/** The four that are meant to be fast, each over one version of HTTP: for cases that are dear. */
export const FOUR_LANES: readonly Lane[] = LANES.filter(({ dialect, http }) =>
  [
    [DIALECTS.grpc, "2"],
    [DIALECTS.grpcWeb, "1.1"],
    [DIALECTS.connect, "2"],
    [DIALECTS.json, "1.1"],
  ].some(([d, h]) => d === dialect && h === http),
);

/** The path of a method. */
export function pathOf({ name, parent }: UnaryMethod): string {
  return `/${parent.typeName}/${name}`;
}

/** A well-made call. */
export function callOf<I extends DescMessage>(
  { dialect }: Lane,
  method: UnaryMethod & { readonly input: I },
  request: MessageInitShape<I>,
  headers: RawCall["headers"] = [],
): RawCall {
  return {
    path: pathOf(method),
    headers: [...usualHeaders(dialect), ...headers],
    body: [bodyOf(dialect, method.input, request)],
  };
}

/** What a client of the dialect always says. */
export function usualHeaders({ contentType }: Dialect): RawCall["headers"] {
  const te = contentType.startsWith("application/grpc") && !contentType.includes("web");
  return [["content-type", contentType], ...(te ? ([["te", "trailers"]] as const) : [])];
}

export function bodyOf<I extends DescMessage>(
  dialect: Dialect,
  schema: I,
  request: MessageInitShape<I>,
): Buffer {
  const message = create(schema, request);
  return wrap(
    dialect,
    dialect.isJson ? Buffer.from(toJsonString(schema, message)) : toBinary(schema, message),
  );
}

/** These bytes as the message of a call. */
export function wrap({ isEnveloped }: Dialect, message: Uint8Array): Buffer {
  return isEnveloped ? envelope(message) : Buffer.from(message);
}

function enveloped(title: string, contentType: string): Dialect {
  const isJson = contentType.endsWith("json");
  return { title, contentType, isJson, isEnveloped: true, timeout: "grpc-timeout" };
}

function plain(title: string, contentType: string): Dialect {
  const isJson = contentType.endsWith("json");
  return { title, contentType, isJson, isEnveloped: false, timeout: "connect-timeout-ms" };
}
