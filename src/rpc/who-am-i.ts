// Who is asking, and which server this is. As long as the server knows no tokens, everybody may do everything.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WhoAmIResponseSchema } from "../gen/lakh/v1/admin_pb.ts";
import { Role } from "../gen/lakh/v1/system_pb.ts";

/** What a server says of itself. */
export interface ServerIdentity {
  readonly version: string;
  /** Empty when it has none. */
  readonly environment: string;
  readonly environmentColor: string;
}

export function whoAmI(server: ServerIdentity): MessageInitShape<typeof WhoAmIResponseSchema> {
  return { subject: "", role: Role.ADMIN, ...server };
}
