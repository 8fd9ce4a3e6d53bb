#!/usr/bin/env bash
# A Lakh worker in bash and curl: runs COMMAND for each job named NAME, one at a time, the payload on its stdin.
# Exit code 0 succeeds, anything else fails.   Usage: worker.sh NAME COMMAND [ARGUMENT...]
set -euo pipefail
(($# >= 2)) || { echo "usage: ${0##*/} NAME COMMAND [ARGUMENT...]" >&2; exit 2; }
server=${LAKH_SERVER:-http://127.0.0.1:50051} name=$1 worker="curl-$HOSTNAME-$$"
shift

call() { # RPC MESSAGE
  curl -sS --fail-with-body --max-time 45 "$server/lakh.v1.WorkerService/$1" \
    -H 'content-type: application/json' -d "$2"
}
report() { # WHAT
  call Report "{\"workerId\":\"$worker\",\"reports\":[{\"jobId\":\"$id\",\"attempt\":$attempt,$1}]}" >/dev/null
}

# A reservation of 30 s, extended while COMMAND runs: if this machine dies, the job is out again in 30 s.
reserve="{\"names\":[\"$name\"],\"workerId\":\"$worker\",\"wait\":\"30s\",\"reservationTime\":\"30s\"}"
# The server writes the fields in this order, without spaces. Strings hold no bare quotes, so neither id nor labels can
# pass for another field, and after the payload no label can pass for the attempt: its value is a string.
delivery='"jobs":\[\{"jobId":"(([^"\\]|\\.)*)","name":"[^"]*","(json|data)":(.*),"attempt":([0-9]+)[,}]'

while true; do
  answer=$(call Reserve "$reserve") || { sleep 1; continue; }
  [[ $answer =~ $delivery ]] || continue # Nothing came within 30 s.
  id=${BASH_REMATCH[1]} kind=${BASH_REMATCH[3]} payload=${BASH_REMATCH[4]} attempt=${BASH_REMATCH[5]}

  while sleep 10 && kill -0 $$; do report '"extend":{"reservationTime":"30s"}' || true; done &
  extending=$!
  code=0
  if [[ $kind == json ]]; then "$@" <<<"$payload" || code=$?
  else base64 -d <<<"${payload//\"/}" | "$@" || code=$?; fi
  kill "$extending"

  if ((code == 0)); then verdict='"succeed":{}'; else verdict="\"fail\":{\"error\":{\"message\":\"exit code $code\"}}"; fi
  until report "$verdict"; do sleep 1; done # It may be repeated: the first report wins.
done
