A library: two side-cars of ours, one that somebody scraped, and a film that has no file here.

  $ mkdir -p drive/a drive/b lib/a; echo 1 >drive/a/x.nfo; echo 1 >drive/b/y.nfo; echo 1 >drive/a/x.mkv; s4l-scan drive | s4l-get --library lib >out; echo scraped >lib/a/poster.jpg

An orphan goes when a second run finds it too; a run that fails meanwhile does not matter.

  $ rm drive/b/y.nfo; s4l-scan drive | s4l-clean --orphans --library --confirm-runs 2 lib | grep -c delete; cat lib/.s4l/orphans
  0
  {"type":"record","target":"b/y.nfo","root":"*drive","path":"b/y.nfo","attempt":1}
  $ s4l-scan drive | grep -v tail | s4l-clean --orphans --library --confirm-runs 2 lib >out 2>&1
  [65]
  $ s4l-scan drive | s4l-clean --orphans --library --confirm-runs 2 lib | grep -o '"path".*'
  "path":"a/x.mkv","size":2,"mtime":"*"}
  "path":"a/x.nfo","size":2,"mtime":"*"}
  "path":"b/y.nfo","size":2,"mtime":"*","did":"delete","ok":true}
  $ find lib -type f -not -path '*/.s4l/*' | sort
  lib/a/poster.jpg
  lib/a/x.nfo

An empty drive is not believed, by no number of runs.

  $ mv drive full; mkdir drive; for n in 1 2 3; do s4l-scan drive | s4l-clean --orphans --library --confirm-runs 2 lib >out; done
  ! s4l-clean: *lib: 1 of 1 files would be deleted, which is all: --allow-empty would permit it
  ! s4l-clean: *lib: 1 of 1 files would be deleted, which is all: --allow-empty would permit it
  ! s4l-clean: *lib: 1 of 1 files would be deleted, which is all: --allow-empty would permit it
  [77]

Of what came from one place, a listing of another says nothing.

  $ mkdir empty; s4l-scan empty | s4l-clean --orphans --library lib | grep -c delete; rmdir drive; mv full drive
  0

A remove event takes what was made of its source, once that is gone, and nothing else.

  $ echo '{"type":"event","path":"a/","event":"remove"}' >event; cat >run <<'END'
  > { echo "{\"type\":\"head\",\"version\":1,\"view\":\"events\",\"root\":\"$PWD/drive\"}"; cat event; echo '{"type":"tail","complete":true,"records":1}'; } | s4l-clean --library lib | grep outcome
  > END
  $ sh run
  {"type":"outcome","path":"a/","event":"remove","did":"keep","ok":true,"reason":"it is there again"}
  $ rm -r drive/a; touch drive/other; sh run; find lib -type f -not -path '*/.s4l/*' | sort
  {"type":"outcome","target":"a/x.nfo","path":"a/x.nfo","size":2,"mtime":"*","did":"delete","ok":true}
  {"type":"outcome","path":"a/","event":"remove","did":"delete","ok":true}
  lib/a/poster.jpg

  $ s4l-clean --confirm-runs 2 lib </dev/null
  ! s4l-clean: --confirm-runs: it goes with --orphans only
  [64]
