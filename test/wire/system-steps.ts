// The script's steps about the server itself: who is asking, and how it is doing.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { Role, SettingSource } from "../../src/gen/lakh/v1/system_pb.ts";
import type { Steps } from "./script.ts";
import { holds, refused, type Stage, same } from "./stage.ts";

const { method: admin } = AdminService;

export const systemSteps: Steps = {
  async "who is asking is told what they may do, and which server this is"(stage) {
    const { subject, role, version, environmentColor } = await stage.client.unary(admin.whoAmI, {});
    same([subject, role], ["", Role.ADMIN], "everybody may do everything");
    holds(/^\d+\.\d+\.\d+/.test(version), `${version} is a version`);
    same(environmentColor, "gray", "nobody set a colour");
  },

  async "the server says how it is doing"(stage) {
    const system = await ask(stage);
    holds(timestampMs(system.startedAt) <= timestampMs(system.at), "it was started before now");
    holds(system.heapBytes > 0n && system.rssBytes > system.heapBytes, "memory, and the heap in it");
    holds(system.storeBytes > 0n && system.store !== "", "the store, and its size");
    holds(system.processorShare >= 0, `${system.processorShare} of a processor`);
    holds(system.connections >= 1 && system.openCalls >= 1, "this connection, and this call");
    const retention = system.settings.find(({ key }) => key === "retention_dead");
    same([retention?.value, retention?.source], ["180d", SettingSource.DEFAULT], "a setting");
  },

  async "a call that was refused is counted by its rpc and code"(stage) {
    const rpc = "lakh.v1.ProducerService/GetJob";
    const count = async () => {
      const { refusals } = await ask(stage);
      return refusals.find((one) => one.rpc === rpc && one.code === Code.NotFound)?.calls ?? 0n;
    };
    const before = await count();
    const id = stage.own("nobody-has-this-id");
    await refused(stage.client.unary(ProducerService.method.getJob, { id }), Code.NotFound);
    const more = (await count()) - before;
    holds(more >= 1n, `${more} calls were refused meanwhile`); // others share the server
  },
};

async function ask(stage: Stage) {
  const { system } = await stage.client.unary(admin.getSystem, {});
  if (!system?.at || !system.startedAt) throw new Error("a system of no time");

  return { ...system, at: system.at, startedAt: system.startedAt };
}
