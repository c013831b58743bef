#!/bin/sh
# The memory of the release programs does not grow with what goes through them: listings, plans and
# outcomes of many records, and a folder of many names.
#
# usage: Tests/volume.sh BIN [RECORDS]
set -eu
bin=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
records=${2:-1000000}
ceiling=$((12 * 1024))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
PATH=$bin:$PATH
failed=0

cc -O1 -o measure "$here/Bench/measure.c"

# measured NAME INPUT OUTPUT PROGRAM...: runs a program, and holds its peak to the ceiling.
measured() {
  name=$1 input=$2 output=$3; shift 3
  ./measure "$input" "$output" 1 "$@" > cost
  read -r _ _ wall peak status < cost
  printf '  %-14s %6d KiB %8.2f s\n' "$name" "$peak" "$wall"
  [ "$status" = 0 ] || complain "$name: status $status"
  [ "$peak" -le "${bound:-$ceiling}" ] || complain "$name: more than ${bound:-$ceiling} KiB"
}

complain() { echo "volume: $*" >&2; failed=1; }

# counted FILE TYPE [COUNT]: how many records of a type there must be.
counted() {
  [ "$(grep -c "^{\"type\":\"$2\"" "$1")" = "${3:-$records}" ] ||
    complain "$1: not ${3:-$records} of type $2"
}

# Listings that share half of their names.
listing() {
  python3 - "$1" "$2" "$records" <<'END'
import sys
root, start, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
write = sys.stdout.write
write('{"type":"head","version":1,"tool":"x","view":"listing","root":"%s","order":"path"}\n' % root)
for n in range(start, start + count):
    write('{"type":"entry","path":"d%03d/file-%09d","size":%d,"mtime":"2026-01-01T00:00:00Z"}\n' % (n // 10000, n, n))
write('{"type":"tail","complete":true,"records":%d,"entries":%d,"bytes":0,"holes":0}\n' % (count, count))
END
}
mkdir src dst
listing "$work/src" 0 > left
listing "$work/dst" $((records / 2)) > right
measured diff left plan s4l-diff --delete right
measured put plan copied s4l-put --dry-run dst
measured clean copied deleted s4l-clean --dry-run --max-delete 100% dst
counted deleted outcome
rm left right plan copied deleted

# A folder of many names.
mkdir many && (cd many && seq -f 'a-name-that-is-not-short-%.0f' "$records" | xargs touch)
measured scan /dev/null listing s4l-scan many
counted listing entry
measured 'scan in pairs' /dev/null again s4l-scan -j2 many
cmp listing again || complain "two jobs list otherwise than one"
measured hash listing hashed s4l-hash
counted hashed entry
rm -r many listing again hashed

# A media library: its manifest names every file, and a tenth of the sources are gone.
library() {
  python3 - "$1" "$2" "$records" <<'END'
import sys
out, listing, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
name = lambda n: "films/Collection.%04d/Season.%02d/episode-%09d" % (n // 1000, n % 10, n)
with open(out, "w") as manifest:
    for n in range(count):
        n = n * 7919 % count
        manifest.write('{"type":"record","target":"%s.strm","root":"drive:","path":"%s.mkv","size":87,"mtime":"2026-01-01T00:00:00Z","sha256":"%064x"}\n' % (name(n), name(n), n))
left = [n for n in range(count) if n % 10]
with open(listing, "w") as lines:
    lines.write('{"type":"head","version":1,"tool":"x","view":"listing","root":"drive:/"}\n')
    for n in left:
        lines.write('{"type":"entry","path":"%s.mkv","size":%d}\n' % (name(n), n))
    lines.write('{"type":"tail","complete":true,"records":%d,"entries":%d,"bytes":0,"holes":0}\n' % (len(left), len(left)))
END
}
bound=$((40 * 1024))
mkdir -p lib/.s4l
library lib/.s4l/manifest listed
measured orphans listed deleted s4l-clean --orphans --library --confirm-runs 2 lib
[ "$(wc -l < lib/.s4l/orphans)" = $((records / 10)) ] || complain "not every orphan is remembered"
measured 'orphans again' listed deleted s4l-clean --orphans --library --confirm-runs 2 lib
counted deleted outcome "$((records / 10))"
[ "$(wc -l < lib/.s4l/manifest)" = $((records - records / 10)) ] || complain "the manifest is not short"
exit "$failed"
