What failed is told with its reason.

  $ mkdir -p s t/1/z t/2/z && echo x >s/1 && echo x >s/2 && s4l-push s t | grep -o '"failed_files":[^:]*'
  "failed_files":["1","2"],"duration"
  ! s4l-push: warning: 2 failed, first 1 (*); all are in */runs/*.ndjson

A place for the failed items that cannot be used breaks off nothing, nor is one used that anybody could have made.

  $ echo y >s/3; XDG_STATE_HOME=/dev/null s4l-push s t | grep -o '"uploaded_files":[0-9]*'
  "uploaded_files":1
  ! s4l-push: warning: 2 failed, first 1 (*); they could not be kept: /dev/null/*: Not a directory

  $ unset XDG_STATE_HOME HOME; s4l-push s t | grep -o '"status":.*'
  "status":1}
  ! s4l-push: warning: 2 failed, first 1 (*); they could not be kept: HOME: the variable is not set

A refusal to delete is told once.

  $ mkdir e d && touch d/a d/b && s4l-push --delete e d | grep -o '"status":[0-9]*'
  "status":77
  ! s4l-clean: */d: 2 of 2 files would be deleted, which is all: --allow-empty would permit it
  ! s4l-push: warning: 2 failed, first a (withheld: *); all are in */runs/*.ndjson

What could not be looked at is told as well: nobody would know why the status is 1.

  $ mkdir deep && (cd deep && for i in $(seq 40); do mkdir d && cd d || exit; done) && (ulimit -n 16; s4l-push deep to) | grep -o '"status":[0-9]*'
  "status":1
  ! s4l-push: warning: 1 could not be looked at, first d/d/* (Too many open files); nothing was copied from there or deleted there

A file as target is no listing that somebody has kept.

  $ echo text >file; s4l-push s file
  ! s4l-push: file: Not a directory
  [66]

  $ s4l-push -n s t2 2>&1 >/dev/null | cat; ls t2
  s4l-push: + 1 (new, 2 B)
  s4l-push: + 2 (new, 2 B)
  s4l-push: + 3 (new, 2 B)
  ! ls: cannot access 't2': No such file or directory
  [2]

A folder may be named by its address, as either place.

  $ mkdir by && echo x >by/1 && s4l-push "file://$PWD/by" "file://$PWD/there" | grep -o '"status":.*' && cat there/1
  "status":0}
  x

What is a password stands in no record and no message.

  $ s4l-push by dav://user:hunter2@127.0.0.1:1/x
  ! s4l-push: dav://: a location holds no passwords; s4l-drives(7) tells where they go
  [64]

Nobody has a use for so many at once.

  $ s4l-push -j 2000000000 by there
  ! s4l-push: --jobs: "2000000000" must be a whole number from 1 to 1024
  ! s4l-push: try s4l-push --help
  [64]
