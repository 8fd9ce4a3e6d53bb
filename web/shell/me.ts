// Who looks at the page, and what they may do. It hides what would be refused; each call is decided by the server.
import { useQuery } from "@connectrpc/connect-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { Role } from "../../src/gen/lakh/v1/system_pb.ts";

export function useMe() {
  return useQuery(AdminService.method.whoAmI, {}, { staleTime: 60_000 }).data;
}

/** Nothing may be changed as long as it is not known who looks. */
export function useMay(): { readonly change: boolean } {
  const role = useMe()?.role ?? Role.UNSPECIFIED;
  return { change: role >= Role.OPERATOR };
}
