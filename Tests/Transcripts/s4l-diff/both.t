Two places, held against a base that does not exist yet: the union, in which nothing is deleted.

  $ mkdir a b; echo 1 >a/1; echo 2 >b/2; echo same >a/3; echo same >b/3; touch -d 2026-01-01 a/* b/*; touch -d 2026-01-02 b/3

  $ cat >short <<'X'
  > sed -n 's/.*"path":"\([^"]*\)".*"do":"\([a-z]*\)"\(,"to":"\([a-z]*\)"\)*\(,"why":"\([a-z]*\)"\)*.*/\1 \2 \4 \6/p'
  > X

  $ s4l-diff --both --base base a b | sh short
  1 copy right new
  2 copy left new
  3 keep right 

  $ s4l-diff --both --base base a b | s4l-put b | s4l-put a | s4l-settle base >out; s4l-diff --both --base base --brief --summary a b | wc -l
  2
  ! s4l-diff: 0 to copy, 0 to delete, 0 in conflict, 3 in step, 0 gone from both, 0 unknown

Then it tells what happened since, to either side.

  $ rm a/1 b/2 a/3; echo more >b/3; echo 4 >a/4; s4l-diff --both --base base a b | sh short
  1 delete right orphan
  2 delete left orphan
  3 copy left conflict
  4 copy right new

Where a side has a hole nothing is planned, and behind the end of one that broke off.

  $ mkdir b/d; echo x >a/d; s4l-ls a >left; s4l-ls b | sed 's/,"records.*//; s/"complete":true/"complete":false,"records":2,"holes":0}/' >right; s4l-diff --both --base base left right | sh short
  1 delete right orphan
  2 delete left orphan
  3 copy left conflict

Where both have changed a file, somebody has to win.

  $ rm a/d; rmdir b/d; echo longer >a/3; touch -d 2001-01-01 a/3; for p in newer larger left right keep-both; do s4l-diff --both --base base --conflict $p a b | grep '"path":"3"' | grep -o '"to".*\|"target".*'; done
  "to":"left","why":"conflict","was":{"size":7,"mtime":"2001-01-01T00:00:00Z"}}
  "to":"right","why":"conflict","was":{"size":5,"mtime":"*"}}
  "to":"right","why":"conflict","was":{"size":5,"mtime":"*"}}
  "to":"left","why":"conflict","was":{"size":7,"mtime":"2001-01-01T00:00:00Z"}}
  "to":"right","why":"conflict","target":"3.conflict-left-*Z"}

  $ s4l-diff --both --base base --conflict fail a b | grep '"path":"3"'; s4l-diff --both --base base --conflict fail a b >out
  {"type":"outcome","path":"3","size":7,"mtime":"2001-01-01T00:00:00Z","why":"conflict","did":"skip","ok":false,"kind":"refused","reason":"it has changed on both sides"}
  [1]

What patterns leave out is protected, also in the base.

  $ s4l-diff --both --base base --exclude 1 --exclude 3 a b | sh short
  2 delete left orphan
  4 copy right new

A side that was in step and is not there is no empty one.

  $ mv b c; s4l-diff --both --base base a b
  ! s4l-ls: */b: No such file or directory
  [66]

  $ mv c b; printf x >>base; s4l-diff --both --base base a b >out
  ! s4l-diff: base:*: *
  [65]

  $ s4l-diff --both a b; s4l-diff --base base a; s4l-diff --both --base x a a/b; s4l-diff --both --base x a
  ! s4l-diff: --both: --base FILE is needed: what both sides were before
  ! s4l-diff: --both: --base, --brief and patterns go with it
  ! s4l-diff: */a: one side lies in the other, which is */a/b
  ! s4l-diff: OTHER: --both joins two places
  [64]
