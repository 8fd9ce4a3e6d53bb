// Any unary call of the API by curl: JSON over HTTP, as the Connect protocol has it.
import type { CopyTarget } from "./copy-as.ts";
import { hereDocument, isTooLong, plainJson, shellWord } from "./quoting.ts";

/** `rpc` is `lakh.v1.ProducerService/Enqueue`, the request is in protobuf's JSON. */
export function curl(rpc: string, request: unknown, { serverUrl, token = false }: CopyTarget): string {
  const body = plainJson(request);
  const lines = [`curl -sS ${shellWord(`${serverUrl}/${rpc}`)}`, `  -H 'content-type: application/json'`];
  if (token) lines.push(`  -H "authorization: Bearer $LAKH_TOKEN"`);
  lines.push(isTooLong(body) ? `  --data-binary @- ${hereDocument(body)}` : `  -d ${shellWord(body)}`);
  return lines.join(" \\\n");
}
