// A payload as text that can be copied and edited, and back: byte for byte the same.
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { base64Of, utf8Of } from "../payload/payload-model.ts";
import { valueText } from "../payload/value-text.ts";
import { jsonFault } from "./json-fault.ts";

/** How the text of a payload is to be read. */
export type ContentMode = "json" | "text" | "base64" | "hex";

export interface ContentText {
  readonly mode: ContentMode;
  readonly text: string;
}

/** The text that stands for the content, in the first mode that keeps every byte. */
export function textOfContent(content: Job["payload"]): ContentText {
  switch (content.case) {
    case undefined:
      return { mode: "json", text: "" };
    case "json":
      return { mode: "json", text: valueText(content.value) };
    case "data":
      return textOfBytes(content.value);
  }
}

const encoder = new TextEncoder();

function textOfBytes(bytes: Uint8Array): ContentText {
  const text = utf8Of(bytes);
  if (text === undefined) return { mode: "base64", text: base64Of(bytes) };
  if (text === "" || jsonFault(text) === undefined) return { mode: "json", text };

  // A text field would make each of these a line feed.
  return text.includes("\r") ? { mode: "base64", text: base64Of(bytes) } : { mode: "text", text };
}

/** The bytes that the text stands for, or undefined when it is none of its mode. */
export function bytesOfText({ mode, text }: ContentText): Uint8Array | undefined {
  switch (mode) {
    case "json":
    case "text":
      return encoder.encode(text);
    case "base64":
      return bytesOfBase64(text);
    case "hex":
      return bytesOfHex(text);
  }
}

function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, "")), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function bytesOfHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) return undefined;

  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
