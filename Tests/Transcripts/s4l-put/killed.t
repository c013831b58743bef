A run that is killed leaves nothing under a real name; the next one completes it and cleans up.

  $ mkdir a && head -c 3000000 /dev/urandom >a/big && echo 1 >a/small

  $ s4l-scan a | s4l-put --limit-rate 100k b >/dev/null & until ls b/.s4l-*.tmp >/dev/null 2>&1; do :; done; kill -9 $(pgrep -P $$ s4l-put); wait

  $ ls b/big
  ! ls: cannot access 'b/big': No such file or directory
  [2]

  $ s4l-scan a | s4l-put b >/dev/null && diff -r a b && ls -A b
  big
  small
