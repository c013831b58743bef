On a terminal put says how far it is. Once the plan has been read to its end it knows how much there is, and foretells when it will be done.

  $ mkdir s && for i in 1 2 3; do head -c 32768 /dev/zero | tr '\0' $i >s/$i; done; s4l-scan s >listing

  $ TERM=xterm script -qec 's4l-put --limit-rate 64K d <listing >/dev/null' /dev/null </dev/null | tr '\r' '\n' | grep -o '[0-9] of 3 files, .*ETA.*' | head -n 1
  * of 3 files, * KiB of 96.0 KiB, *B/s, ETA *s

What is left at the end is a summary.

  $ TERM=xterm script -qec 's4l-put d <listing >/dev/null' /dev/null </dev/null | tr '\r' '\n' | tail -n 2
  *s4l-put: 3 copied (96.0 KiB), 0 failed, 0 vanished in *s
  

One file at a time, the plan is read no further than it is carried out: there may be more than is known.

  $ rm -r d; TERM=xterm script -qec 's4l-put -j1 --limit-rate 64K d <listing >/dev/null' /dev/null </dev/null | tr '\r' '\n' | grep -o '[0-9] of .*+.*' | head -n 1
  * of *+ files, * KiB of * KiB+, *B/s

A push has put tell it, and draws the line itself.

  $ rm -r d; TERM=xterm script -qec 's4l-push --limit-rate 64K s d >/dev/null' /dev/null </dev/null | tr '\r' '\n' | grep -o '[0-9] of 3 .*ETA.*\|s4l-p.*' | sed -n '1p;$p'
  * of 3 files, * KiB of 96.0 KiB, *B/s, ETA *s
  s4l-push: 3 copied (96.0 KiB) in *s

A sync copies both ways at once, and one line tells of both.

  $ mkdir a b; cp s/1 s/2 a; cp s/3 b; TERM=xterm script -qec 's4l-sync --limit-rate 32K a b >/dev/null' /dev/null </dev/null | tr '\r' '\n' | grep -o '[0-9] of .*\|s4l-.*' | sed -n '/of 3/,$p' >seen; sed -n '1p;$p' seen; grep -c 'of [12] files' seen
  * of 3 files, * KiB of 96.0 KiB, *B/s, ETA *s
  s4l-sync: 3 copied (96.0 KiB) in *s
  0
  [1]

Whoever runs push can have the records instead.

  $ rm -r d; TERM=xterm S4L_PROGRESS_FD=7 script -qec 's4l-push s d 7>records >/dev/null' /dev/null </dev/null; tail -n 1 records
  {"type":"progress","tool":"s4l-put","entries":3,"bytes":98304,"failed":0,"vanished":0,"total_entries":3,"total_bytes":98304,"counted":true,"complete":true}

Nothing is drawn where it was not asked for or nobody is there to see it.

  $ rm -r d; TERM=xterm script -qec 's4l-push -q --limit-rate 64K s d >/dev/null' /dev/null </dev/null

  $ rm -r d; s4l-push --limit-rate 64K s d >/dev/null

  $ rm -r d; TERM=dumb script -qec 's4l-push --limit-rate 64K s d >/dev/null' /dev/null </dev/null
