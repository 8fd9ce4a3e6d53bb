// The matrix's client that is curl: JSON in, JSON out, and Connect's envelopes of five bytes for streams.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { create, type DescMethod, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { type WireClient, WireError } from "./wire-client.ts";

/** Connect marks the last message of a stream, which carries its error, with this flag. */
const END_OF_STREAM = 2;

/** @param flags which version of HTTP, in curl's words */
export function curlClient(title: string, url: string, flags: readonly string[]): WireClient {
  const args = [...flags, "--silent", "--show-error", "--no-buffer", "--data-binary", "@-"];
  const running = new Set<AbortController>();
  const open = (method: DescMethod, contentType: string, body: Uint8Array) => {
    const ended = new AbortController();
    running.add(ended);
    const path = `${url}/${method.parent.typeName}/${method.name}`;
    const header = ["--header", `content-type: ${contentType}`, "--write-out", "%{stderr}%{http_code}"];
    const curl = spawn("curl", [...args, ...header, path], { signal: ended.signal });
    curl.on("error", () => {}); // the signal's, or told by what curl did not say
    curl.stdin.on("error", () => {});
    curl.stdin.end(body);
    curl.on("close", () => running.delete(ended));
    return { curl, ended };
  };
  return {
    title,
    async unary(method, request) {
      const body = encode(toJson(method.input, create(method.input, request)));
      const { curl } = open(method, "application/json", body);
      const [said, status] = await Promise.all([
        textOf(curl.stdout),
        textOf(curl.stderr),
        once(curl, "close"),
      ]);
      if (!/^\d{3}$/.test(status)) throw new Error(`curl: ${status}`);
      const json: JsonValue = JSON.parse(said);
      if (status !== "200") throw errorOf(json);
      return fromJson(method.output, json);
    },
    async *serverStream(method, request, signal) {
      const body = envelope(encode(toJson(method.input, create(method.input, request))));
      const { curl, ended } = open(method, "application/connect+json", body);
      signal.addEventListener("abort", () => ended.abort(), { once: true });
      for await (const { flags: kind, json } of envelopes(curl.stdout)) {
        if (kind !== END_OF_STREAM) yield fromJson(method.output, json);
        else if (isObject(json) && json.error) throw errorOf(json.error);
      }
    },
    close() {
      for (const ended of running) ended.abort();
    },
  };
}

function encode(json: JsonValue): Buffer {
  return Buffer.from(JSON.stringify(json));
}

function envelope(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

async function* envelopes(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly flags: number; readonly json: JsonValue }> {
  let heard = Buffer.alloc(0);
  for await (const chunk of chunks) {
    heard = Buffer.concat([heard, chunk]);
    while (heard.length >= 5 && heard.length >= 5 + heard.readUInt32BE(1)) {
      const end = 5 + heard.readUInt32BE(1);
      yield { flags: heard.readUInt8(0), json: JSON.parse(heard.toString("utf8", 5, end)) };
      heard = heard.subarray(end);
    }
  }
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString("utf8");
}

function errorOf(json: JsonValue): WireError {
  const { code, message } = isObject(json) ? json : {};
  return new WireError(codeFromString(String(code)) ?? Code.Unknown, String(message));
}

function isObject(json: JsonValue): json is Record<string, JsonValue> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
