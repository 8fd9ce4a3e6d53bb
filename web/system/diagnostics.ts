// What to send along with a report of a problem: how the server is doing, and no payload of anybody's.
import { toJsonString } from "@bufbuild/protobuf";
import { type System, SystemSchema } from "../../src/gen/lakh/v1/system_pb.ts";

/** JSON, as the API writes it. Secrets are masked by the server. */
export function diagnosticsOf(system: System): string {
  return `${toJsonString(SystemSchema, system, { prettySpaces: 2 })}\n`;
}
