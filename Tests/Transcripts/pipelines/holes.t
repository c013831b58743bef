Where nothing is known, nothing is deleted: each of these mirrors has a reason to doubt, and deletes
around it only.

  $ mkdir -p src/locked src/open dst/locked dst/locked-not dst/open && seq 9 > src/open/a
  $ touch dst/locked/kept dst/locked-not/gone dst/open/gone && chmod 0 src/locked
  $ s4l push -q --delete --max-delete 100% src dst | grep -o '"status":[0-9]*'
  "status":1
  $ find dst -type f | sort
  dst/locked/kept
  dst/open/a
  $ chmod 700 src/locked && rm -r src dst

So it is with a folder of the target: what lies there is neither deleted nor written over.

  $ mkdir -p src/locked dst/locked && seq 9 > src/locked/new && touch -d @9 src/z
  $ touch dst/locked/kept dst/gone && cp -p src/z dst && chmod 0 dst/locked
  $ s4l push -q --delete --max-delete 100% src dst | grep -o '"status":[0-9]*'
  "status":1
  $ chmod 700 dst/locked; find dst -type f | sort
  dst/locked/kept
  dst/z
  $ rm -r src dst

What was not to be looked at is protected too, and is no trouble: a depth limit, a link, a pipe,
a pattern.

  $ mkdir -p src/a/b dst/a/b dst/link && touch -d @9 src/a/f && cp -p src/a/f dst/a && touch dst/a/b/kept dst/a/gone
  $ s4l push -q --delete --max-delete 100% -d 1 src dst | grep -o '"status":[0-9]*'
  "status":0
  $ find dst -type f | sort
  dst/a/b/kept
  dst/a/f
  $ ln -s /nowhere src/link && mkfifo src/pipe && touch dst/link/kept dst/pipe dst/some.log dst/gone
  $ s4l push -q --delete --max-delete 100% -E '*.log' -E /a/b/ src dst | grep -o '"status":[0-9]*'
  "status":0
  $ find dst -type f | sort
  dst/a/b/kept
  dst/a/f
  dst/link/kept
  dst/pipe
  dst/some.log
  $ s4l push -q --delete-excluded --max-delete 100% -E '*.log' -E /a/b/ src dst | grep -o '"status":[0-9]*'
  "status":0
  $ find dst -type f | sort
  dst/a/f
  dst/link/kept
  dst/pipe
  $ rm -r src dst

A source that is missing is no empty one; a target that is missing is.

  $ mkdir -p dst && touch dst/kept
  $ s4l push -q --delete --allow-empty nowhere dst | grep -o '"status":[0-9]*'
  "status":66
  ! s4l-scan: nowhere: No such file or directory
  $ s4l pull -q --delete --allow-empty nowhere dst | grep -o '"status":[0-9]*'
  "status":66
  ! s4l-ls: */nowhere: No such file or directory
  $ s4l push -q --move nowhere dst | grep -o '"status":[0-9]*'
  "status":66
  ! s4l-scan: nowhere: No such file or directory
  $ s4l-scan nowhere | s4l-diff --delete dst | s4l-put dst | s4l-clean --allow-empty dst
  ! s4l-scan: nowhere: No such file or directory
  ! s4l-diff: stdin: the input is empty: not even a head arrived
  ! s4l-put: stdin: the input is empty: not even a head arrived
  ! s4l-clean: stdin: the input is empty: not even a head arrived
  [65]
  $ find dst -type f
  dst/kept
  $ mkdir src && seq 9 > src/a && s4l push -q --delete src new/deep/dst | grep -o '"status":[0-9]*'
  "status":0
  $ cat new/deep/dst/a | wc -l
  9

Nor is a folder that nothing is mounted on, if it is known by a file.

  $ s4l-scan --sentinel .mounted src | s4l-diff --delete dst | s4l-put dst | s4l-clean --allow-empty dst
  ! s4l-scan: src/.mounted: the sentinel: No such file or directory
  ! s4l-diff: stdin: the input is empty: not even a head arrived
  ! s4l-put: stdin: the input is empty: not even a head arrived
  ! s4l-clean: stdin: the input is empty: not even a head arrived
  [65]
  $ find dst -type f
  dst/kept

An empty source is refused where it would delete, and only there.

  $ rm src/a && s4l push -q src dst | grep -o '"status":[0-9]*'
  "status":0
  $ s4l push -q --delete src dst | grep -o '"status":[0-9]*'
  "status":77
  ! s4l-clean: */dst: 1 of 1 files would be deleted, which is all: --allow-empty would permit it
  $ find dst -type f
  dst/kept
  $ rm -r src dst new

A source that goes away in the middle of a run withholds what might be its files.

  $ mkdir src dst && seq 9 > src/a && seq 10 19 > src/b && seq 9 > dst/orphan && seq 3 > dst/other
  $ s4l-scan src > listing && mv src gone
  $ s4l-diff --delete dst < listing | s4l-put dst | s4l-clean --allow-empty dst | grep -c '"did":"delete","ok":true'
  0
  ! s4l-put: */src: No such file or directory
  [1]
  $ mkdir src
  $ s4l-diff --delete dst < listing | s4l-put dst | s4l-clean --allow-empty dst | grep '"do":"delete"' | grep -o '"path":"[^"]*\|"ok":.*'
  "path":"orphan
  "ok":false,"kind":"later","reason":"withheld: a copy of the same size failed: it may be this file under a new name"}
  "path":"other
  "ok":true}
  $ find dst -type f
  dst/orphan
