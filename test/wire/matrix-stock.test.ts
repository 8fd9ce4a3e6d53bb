// The script of the matrix again, by connect's own handlers. curl and the browser run it on the fast path alone: what
// they send is among what parity/ compares.
import "../server/stock-rpc.ts";
import "./matrix.test.ts";
