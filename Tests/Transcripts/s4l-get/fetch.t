A whole mirror: what is new is fetched, and the next plan is empty.

  $ mkdir -p a/d && echo 1 >a/d/f && echo 2 >a/g && s4l-scan a | s4l-diff b | s4l-get b | grep -c '"did":"copy","ok":true'
  2

  $ s4l-scan a | s4l-diff b | grep -c change
  0
  [1]

Progress goes to whoever leaves a descriptor for it.

  $ rm -r b; s4l-scan a | S4L_PROGRESS_FD=3 s4l-get b 3>progress >/dev/null; tail -1 progress
  {"type":"progress","tool":"s4l-get","entries":2,"bytes":4,"failed":0,"vanished":0,"total_entries":2,"total_bytes":4,"counted":true,"complete":true}

Outcomes do not wait for more input.

  $ mkfifo in; s4l-get --from a c <in >out & exec 3>in; echo '{"path":"g"}' >&3; until grep -qs '"ok":true' out; do :; done; cat c/g; exec 3>&-; wait
  2
