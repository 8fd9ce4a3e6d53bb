// Every refusal again, by connect's own handlers: the same codes and the same words.
import "../server/stock-rpc.ts";
import "./refusals-admin.test.ts";
import "./refusals-fields.test.ts";
import "./refusals-frames.test.ts";
import "./refusals-history.test.ts";
import "./refusals-json.test.ts";
import "./refusals-sizes.test.ts";
import "./refusals-workers.test.ts";
