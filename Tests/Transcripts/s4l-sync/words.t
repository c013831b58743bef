Two places are brought in step by one command, which says what it is made of.

  $ mkdir a b && echo 1 >a/1 && echo 2 >b/2 && s4l-sync --print --base base --trash t --max-delete 5 a b
  s4l-diff --both --brief --conflict=newer --spare-losers --base=*/base -- */a */b |
    s4l-put */b |
    s4l-put */a |
    s4l-clean --max-delete=5 --trash=t */a |
    s4l-clean --max-delete=5 --trash=t */b |
    s4l-settle */base

  $ s4l-sync --print --base base --storage-class COLD --encryption-key key --region eu-west-3 -E '*.tmp' a s3://b/x | grep 's3://b/x\|s4l-get' | sed 's/--base=[^ ]*//; s/^  //; s/ |$//'
  s4l-diff --both --brief --conflict=newer  '--exclude=*.tmp' --region=eu-west-3 -- */a s3://b/x
  s4l-put --encryption-key=key --storage-class=COLD --region=eu-west-3 s3://b/x
  s4l-get --encryption-key=key --region=eu-west-3 */a
  s4l-clean --region=eu-west-3 s3://b/x

A dry run is for people, and changes nothing.

  $ s4l-sync -n a b >out; ls a b
  a:
  1
  
  b:
  2
  ! s4l-sync: > + 1 (new, 2 B)
  ! s4l-sync: < + 2 (new, 2 B)

The places may be named in either order.

  $ s4l-sync a b >out; rm a/1; s4l-sync b a | grep -o '"deleted_files":[0-9]*'; ls a b
  "deleted_files":1
  a:
  2
  
  b:
  2

A conflict that was decided is told of, and what one side loses does not go to the other.

  $ echo one >a/c; echo other >b/c; touch -d 2020-01-01 a/c
  $ s4l-sync a b | grep -o '"conflicts":[0-9]*'; cat a/c
  "conflicts":1
  other
  ! s4l-sync: warning: 1 had changed on both sides, first c; of each one version was kept: see --conflict

  $ s4l-sync --trash b/bin a b; ls b
  2
  c
  ! s4l-sync: */b/bin: the trash lies among the files of */b; there it may only be */b/.s4l/trash

  $ rm a/c b/c; s4l-sync -q a b | grep -o '"deleted_files":[0-9]*'
  "deleted_files":0

A side that is not there, or is empty all at once, costs nothing.

  $ rm b/2; s4l-sync -q a b >out; ls a
  2
  ! s4l-clean: */a: 1 of 1 files would be deleted, which is all: --allow-empty would permit it

  $ rmdir b; s4l-sync a b >out
  ! s4l-ls: */b: No such file or directory
  [66]

A run that is under way is not disturbed.

  $ mkdir b; flock "$(ls $XDG_STATE_HOME/s4l/locks/gate)" true; s4l-sync --allow-empty a b | grep -o '"deleted_files":[0-9]*'
  "deleted_files":1

A dry run leaves nothing behind, not even of what would fail.

  $ ls $XDG_STATE_HOME/s4l/runs >runs; echo 1 >a/f; echo 22 >b/f; s4l-sync -q -n --conflict fail a b | grep -o '"run":"[^"]*"'; ls $XDG_STATE_HOME/s4l/runs | diff runs -
  ! s4l-sync:   ! f (it has changed on both sides)

With a trash the version that loses goes there, whichever side it is of.

  $ echo 1 >a/g; echo 22 >b/g; s4l-sync -q --conflict left --trash bin a b | grep -o '"conflicts":[0-9]*'; cat a/g b/g bin/g; s4l-sync -q --trash bin a b | grep -o '"deleted_files":[0-9]*'
  "conflicts":2
  1
  1
  22
  "deleted_files":0

  $ echo 333 >a/g; echo 4444 >b/g; s4l-sync -q --conflict larger --trash bin a b >out; cat a/g bin/g.1; s4l-sync -n --trash bin a b >out
  4444
  333

Without one, a pipe by hand deletes nothing for a conflict.

  $ echo 5 >a/g; echo 66 >b/g; s4l-diff --both --base "$(ls $XDG_STATE_HOME/s4l/sync/*.base)" --conflict left --spare-losers a b | s4l-clean b | grep -o '"reason":"[^"]*"'; cat b/g
  "reason":"withheld: a version that loses a conflict goes to a trash, and there is none"
  66

A side may be one's home, where the base lies too: it is not copied.

  $ mkdir usb home; echo 1 >home/1; XDG_STATE_HOME=$PWD/home/state s4l-sync -q home usb >out; XDG_STATE_HOME=$PWD/home/state s4l-sync -q home usb >out; ls -A home/state/s4l/sync | sed 's/-.*/-/'; find usb -name '*.base'
  .s4l-

With no place named there has to be a configuration that names two.

  $ s4l-sync; s4l-sync a; s4l-push; s4l-pull a
  ! s4l-sync: operands: none is named, and the configuration has no local_entries_path
  ! s4l-sync: operands: two places are needed, or none
  ! s4l-push: operands: none is named, and the configuration has no local_entries_path
  ! s4l-pull: operands: two places are needed, or none
  [64]
