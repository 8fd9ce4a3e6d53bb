// The plugin's tests again, by connect's own handlers: what --stock-rpc turns on must keep every promise, too.
import "./stock-rpc.ts";
import "./connect-plugin.test.ts";
import "./connect-plugin-shutdown.test.ts";
