A base is written with the lines of what is alike on both sides, and kept for what is not.

  $ mkdir a b; for i in 1 2 3; do echo $i >a/$i; done; echo x >b/x; touch -d 2026-01-01 a/* b/*

  $ s4l-diff --both --base base a b | s4l-put b | s4l-put a | s4l-settle base >out; sed 's/"left".*order/_/' base
  {"type":"head","version":1,"tool":"s4l-settle","view":"plan",_":"path","left_mounts":["*"],"right_mounts":["*"]}
  {"type":"change","path":"1","size":2,"mtime":"2026-01-01T00:00:00Z","do":"keep","was":{"size":2,"mtime":"2026-01-01T00:00:00Z"}}
  {"type":"change","path":"2","size":2,"mtime":"2026-01-01T00:00:00Z","do":"keep","was":{"size":2,"mtime":"2026-01-01T00:00:00Z"}}
  {"type":"change","path":"3","size":2,"mtime":"2026-01-01T00:00:00Z","do":"keep","was":{"size":2,"mtime":"2026-01-01T00:00:00Z"}}
  {"type":"change","path":"x","size":2,"mtime":"2026-01-01T00:00:00Z","do":"keep","was":{"size":2,"mtime":"2026-01-01T00:00:00Z"}}
  {"type":"tail","complete":true,"records":4,"entries":4,"bytes":8,"holes":0}

What nobody acted on keeps its line: here the deletes are not carried out, and one copy is not made.

  $ rm a/1; echo new >a/2; s4l-diff --both --base base a b | tee plan | s4l-settle base >out; grep -c '"path":"[123x]"' base; sed -n 's/.*"path":"\(.*\)","size.*"do":"\([a-z]*\)","to":"\([a-z]*\)".*/\1 \2 \3/p' plan
  4
  1 delete right
  2 copy right
  3 keep right
  x keep right

A stream that is cut off adds lines, and takes none away.

  $ s4l-diff --both --base base a b | s4l-put b | s4l-clean b | grep -v tail | s4l-settle base >out; grep -o '"path":"[^"]*","size":[0-9]*' base
  "path":"1","size":2
  "path":"2","size":4
  "path":"3","size":2
  "path":"x","size":2
  ! s4l-settle: stdin: the input ended early: its tail is missing

What is gone from both sides is forgotten.

  $ ls b; s4l-diff --both --base base a b | s4l-settle base | grep -c forget; grep -c '"path":"1"' base
  2
  3
  x
  1
  0
  [1]

Without a head nothing is settled, nor with a plan for other places.

  $ echo '{"type":"change","path":"3","do":"forget"}' | s4l-settle base
  {"type":"change","path":"3","do":"forget"}
  ! s4l-settle: warning: none of the 1 records was its own: all were forwarded
  ! s4l-settle: stdin: there is no head: nothing is settled
  [65]

  $ mkdir c; s4l-diff --both --base none a c | s4l-settle base >out
  ! s4l-settle: base: it is the base of */a and */b, not of */a and */c
  [65]

  $ s4l-scan a | s4l-settle base >out
  ! s4l-settle: stdin: it is no plan of two places: there is nothing to settle
  [65]

Nor under a dry plan.

  $ echo y >a/y; s4l-diff --both --base base a b | s4l-put -n b | s4l-settle base >out; s4l-diff --both --base base a b | s4l-put b | s4l-settle -n base >out; grep -c '"path":"y"' base
  0
  [1]

A listing that was broken off says nothing of what it lacks: no line goes for it.

  $ rm a/x b/x; s4l-diff --both --base base a b | sed 's/"complete":true/"complete":false/' | s4l-settle base | grep -c forget; grep -c '"path":"x"' base
  1
  1

  $ s4l-diff --both --base base a b | s4l-settle base | grep -c forget; grep -c '"path":"x"' base
  1
  0
  [1]

What is done at another place than those of the plan says nothing of these; the same by another name is no other place.

  $ mkdir d; ln -s b link; echo z >a/z; s4l-diff --both --base base a b | s4l-put --side right d | s4l-settle base >out; ls d; grep -c '"path":"z"' base
  z
  0
  ! s4l-settle: stdin: a tool acted on another place than those of the plan: nothing is settled
  [1]

  $ s4l-diff --both --base base a b | s4l-put --side right link | s4l-settle base >out; grep -c '"path":"z"' base
  1
