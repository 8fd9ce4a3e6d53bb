// Which versions are measured: exactly those that the package asks for.
import ours from "./package.json" with { type: "json" };

export const versions = ours.dependencies;
