#!/bin/sh
# unit.sh LOG COMMAND...: runs the tests, and says once more at the end what failed, as the lines
# that tell why lie far above.
log=$1
shift
mkdir -p "$(dirname "$log")"
{ "$@" 2>&1; echo $? >"$log.status"; } | tee "$log"
status=$(cat "$log.status")
[ "$status" = 0 ] || grep -aE '✘|error:|Fatal error' "$log" | tail -n 40 >&2
exit "$status"
