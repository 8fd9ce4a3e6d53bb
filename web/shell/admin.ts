// The service of those who look after jobs, for calls that are made one after the other and not drawn from one answer.
import { createClient } from "@connectrpc/connect";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { transport } from "./connection.tsx";

export const admin = createClient(AdminService, transport);
