What follows the tail of a listing makes its end doubtful: nothing is planned there.

  $ mkdir a b t; for i in 1 2 3; do echo $i >t/$i; done; cp -p t/1 a; cp -p t/2 t/3 b

  $ (s4l-scan a; s4l-scan b) | s4l-diff --delete t
  {"type":"head","version":1,"tool":"s4l-diff","view":"plan",*}
  {"type":"tail","complete":false,"records":0,"entries":0,"bytes":0,"holes":0,"target_entries":3,"skipped":2}
  ! s4l-diff: stdin:4: a second section cannot be compared
  [65]

  $ (s4l-scan a; echo '{"path":"2"}') | s4l-diff --delete t | tail -1
  {"type":"tail","complete":false,"records":0,"entries":0,"bytes":0,"holes":0,"target_entries":3,"skipped":2}
  ! s4l-diff: stdin:4: a record outside of a section
