// The line above every screen: which server this is, and whether what one sees is fresh.
import { useQuery } from "@connectrpc/connect-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";

export function Head() {
  return (
    <header className="head">
      <EnvironmentBadge />
      <span className="gap" />
    </header>
  );
}

/** Repeated in every dialog that changes many jobs. */
export function EnvironmentBadge() {
  const { data } = useQuery(AdminService.method.whoAmI, {}, { staleTime: 60_000 });
  if (!data?.environment) return null;

  return (
    <span className="environment" data-color={data.environmentColor}>
      {data.environment}
    </span>
  );
}
