A file that changes while it is copied fails, and no half of it stays.

  $ mkdir a && head -c 4000000 /dev/urandom >a/f

  $ s4l-scan a | s4l-put --limit-rate 1M b >out & until ls b/.s4l-*.tmp >/dev/null 2>&1; do :; done; echo more >>a/f; wait; grep -o '"ok.*' out
  "ok":false,"kind":"later","reason":"it changed while it was copied"}

  $ ls -A b

A file that does not fit fails alone.

  $ echo small >a/small; (ulimit -f 600; s4l-scan a | s4l-put -j1 c) | grep -o '"ok":.*' | cut -d, -f1-3
  "ok":false,"kind":"refused","reason":"File too large"}
  "ok":true,"now":{"size":6,"mtime":"*"}}

  $ ls -A c
  small

Output that cannot be written fails the run; the work in hand is done all the same.

  $ s4l-scan a | s4l-put d >/dev/full
  ! s4l-put: stdout: No space left on device
  [74]

A reader that has gone ends the run by the signal, but not in the middle of a file.

  $ mkfifo gone; : <gone & exec 3>gone; wait; s4l-scan a | sh -c 's4l-put e >&3; echo $?'; ls -A e | grep .s4l
  141
  [1]

A cut stream is worked on, and told.

  $ s4l-scan a | head -2 | s4l-put g | tail -1
  {"type":"tail","complete":false,"records":1,"entries":1,"bytes":4000005,"holes":0}
  ! s4l-put: stdin: the input ended early: its tail is missing

Places that this release cannot reach are named.

  $ s4l-scan a | s4l-put nosuch://bucket/x
  ! s4l-put: nosuch://bucket/x: s4l knows no stores of this kind, and there is no s4l-store-nosuch in PATH
  [69]

A folder is not copied onto itself, nor is that proposed.

  $ mkdir same && echo x >same/f; s4l-scan same | s4l-put same | wc -l; s4l-scan same | s4l-put -n same/. | wc -l
  2
  2
  ! s4l-put: */same: the files would be copied onto themselves
  ! s4l-put: */same*: the files would be copied onto themselves

No rate is so low that nothing moves.

  $ s4l-put --limit-rate 0 d </dev/null
  ! s4l-put: --limit-rate: "0" must be a size such as 4096, 64k, 1.5M or 2G, more than nothing
  ! s4l-put: try s4l-put --help
  [64]

  $ s4l-push --limit-rate=0k same d
  ! s4l-push: --limit-rate: "0k" must be a size such as 4096, 64k, 1.5M or 2G, more than nothing
  ! s4l-push: try s4l-push --help
  [64]
