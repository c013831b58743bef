#!/bin/sh
# The rules for the programs as they are shipped.
#
# usage: Tests/check-release.sh BIN TOOL...
set -u
bin=$1; shift
ceiling=8700000
failed=0

complain() { echo "check-release: $*" >&2; failed=1; }

for tool; do
  program=$bin/$tool
  [ -x "$program" ] || { complain "$tool: it was not built"; continue; }

  size=$(stat -L -c %s "$program")
  [ "$size" -le "$ceiling" ] || complain "$tool: $size bytes are more than $ceiling"

  # A tool that works on this machine only needs no shared library at all; one that speaks to others
  # needs those of C and C++ to load others with, and loads them only when it does. What keeps queues
  # needs SQLite; what is asked over HTTP needs the library that answers, with all that this needs.
  case $tool in
    s4l-hook | s4l-metrics) more='|/lib(sqlite3|microhttpd)\.so' ;;
    s4l-queue | s4l-publish | s4l-run | s4l-index | s4l-cron | s4l-daemon | s4l-sync) more='|/libsqlite3\.so' ;;
    *) more='' ;;
  esac
  usual="not a dynamic|statically|linux-vdso|ld-linux|/lib(c|m|gcc_s|stdc\+\+)\.so$more"
  if [ "$tool" = s4l-hook ] || [ "$tool" = s4l-metrics ]; then
    libraries=$(readelf -d "$program" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\/\1/p' | grep -vE "$usual")
  else
    libraries=$(ldd "$program" 2>&1 | grep -vE "$usual")
  fi
  [ -z "$libraries" ] || complain "$tool: it needs shared libraries:
$libraries"

  # No path of the machine it was built on, no date.
  if strings -a "$program" | grep -F -- "$PWD" >/dev/null; then
    complain "$tool: it holds the path of the folder that it was built in"
  fi

  "$program" --help >/dev/null || complain "$tool: --help fails"
  printf '  %-12s %4d KiB\n' "$tool" "$((size / 1024))"
done
exit "$failed"
