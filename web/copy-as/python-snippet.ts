// A job as Python enqueues it, with what comes with Python alone.
import type { CopyTarget } from "./copy-as.ts";
import { plainJson, quoted } from "./quoting.ts";

// The JSON is between r""" and """, which takes it as it stands: no string of JSON holds a quote without a backslash.
export function enqueueByPython(job: unknown, { serverUrl, token = false }: CopyTarget): string {
  const authorization = token ? `\n        "authorization": "Bearer " + os.environ["LAKH_TOKEN"],` : "";
  return `import json, ${token ? "os, " : ""}sys, urllib.error, urllib.request

job = json.loads(r"""${plainJson(job, 2)}""")
request = urllib.request.Request(
    ${quoted(`${serverUrl}/lakh.v1.ProducerService/Enqueue`)},
    json.dumps({"jobs": [job]}).encode(),
    {
        "content-type": "application/json",${authorization}
    },
)
try:
    with urllib.request.urlopen(request) as response:
        print(response.read().decode())
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode())`;
}
