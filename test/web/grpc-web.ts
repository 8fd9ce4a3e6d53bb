// An answer of the server as the page receives it, for tests that play one.
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Page } from "playwright-core";

/** Calls of this rpc are answered so, whatever they ask. */
export async function answerWith<Desc extends DescMessage>(
  page: Page,
  rpc: string,
  answer: { readonly schema: Desc; readonly message: MessageInitShape<Desc> },
): Promise<void> {
  const bytes = toBinary(answer.schema, create(answer.schema, answer.message));
  // One message and the end: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
  const body = Buffer.concat([frame(0, bytes), frame(0x80, Buffer.from("grpc-status: 0\r\n"))]);
  await page.route(new RegExp(`/${rpc}$`), (route) =>
    route.fulfill({ contentType: "application/grpc-web+proto", body }),
  );
}

function frame(flag: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
