Side-cars come into a library, the rest of the listing passes, and a second run writes nothing.

  $ mkdir -p drive/Heat drive/none && cd drive/Heat && echo film >Heat.mkv && echo sub >Heat.zh.SRT && echo nfo >Heat.nfo
  $ cd drive && s4l-scan . | s4l-get --library ../lib | grep -c -e '"did":"copy","ok":true' -e '"path":"Heat/Heat.mkv"'; find ../lib -type f | sort
  3
  ../lib/.s4l/manifest
  ../lib/Heat/Heat.nfo
  ../lib/Heat/Heat.zh.SRT

  $ find lib -exec stat -c '%n %i %Z' {} + >before; s4l-scan drive | s4l-get --library --present update lib | grep -c '"did":"keep"'; find lib -exec stat -c '%n %i %Z' {} + | diff before -
  2

A dry run tells what a run would do, and makes nothing.

  $ echo more >>lib/Heat/Heat.nfo; echo new >drive/Heat/Heat.jpg
  $ for how in skip update; do s4l-scan drive | s4l-get --dry-run --library --present $how lib | grep -o '"Heat/.*"did":"[a-z]*"' | sed 's/,.*,/ /' | sort; done
  "Heat/Heat.jpg" "did":"copy"
  "Heat/Heat.nfo" "did":"keep"
  "Heat/Heat.zh.SRT" "did":"keep"
  "Heat/Heat.jpg" "did":"copy"
  "Heat/Heat.nfo" "did":"copy"
  "Heat/Heat.zh.SRT" "did":"keep"
  $ s4l-scan drive | s4l-get --dry-run --library none/lib | grep -c '"did":"copy","ok":true'; ls -d none lib/Heat/*; rm drive/Heat/Heat.jpg
  3
  lib/Heat/Heat.nfo
  lib/Heat/Heat.zh.SRT
  ! ls: cannot access 'none': No such file or directory

The list can be changed, and what was scraped here stays unless it is to be updated.

  $ echo mine >lib/Heat/Heat.nfo; s4l-scan drive | s4l-get --library --side-cars=-srt,+mkv lib | grep -o '"Heat/.*"did":"[a-z]*"' | sed 's/,.*,/ /' | sort
  "Heat/Heat.mkv" "did":"copy"
  "Heat/Heat.nfo" "did":"keep"
  $ cat lib/Heat/Heat.nfo
  mine
  $ s4l-scan drive | s4l-get --library --present update lib >out; cat lib/Heat/Heat.nfo
  nfo

What cannot be read fails alone, and a mount that hangs does not keep the rest waiting.

  $ chmod 0 drive/Heat/Heat.nfo; rm -r lib/Heat; s4l-scan drive | s4l-get --library lib | grep -o '"did":.*' | sort; chmod 644 drive/Heat/Heat.nfo
  "did":"copy","ok":false,"kind":"refused","reason":"Permission denied"}
  "did":"copy","ok":true,"now":{"size":4,"mtime":"*"}}

  $ rm drive/Heat/Heat.nfo lib/Heat/*; mkfifo drive/Heat/Heat.nfo
  $ { echo "{\"type\":\"head\",\"version\":1,\"view\":\"listing\",\"root\":\"$PWD/drive\"}"; printf '{"type":"entry","path":"Heat/%s","size":4}\n' Heat.nfo Heat.zh.SRT; echo '{"type":"tail","complete":true,"records":2}'; } | s4l-get --library --stall 200ms lib | grep -o '"did":.*'; ls lib/Heat
  "did":"copy","ok":true,"now":{"size":4,"mtime":"*"}}
  "did":"copy","ok":false,"kind":"io","reason":"*/drive: it said nothing for 200ms"}
  Heat.zh.SRT

Options of a library need one.

  $ s4l-get --mount drive lib </dev/null
  ! s4l-get: --mount: it goes with --library only
  [64]
  $ s4l-get --library --side-cars a/b lib </dev/null
  ! s4l-get: --side-cars: "a/b" is no extension, such as mkv, +mkv or -mkv
  [64]
