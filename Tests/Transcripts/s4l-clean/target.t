A delete of a file that has another name at the target deletes it there, and nothing of its own name.

  $ mkdir t s; echo ab >t/shown; echo ab >t/real; touch t/x t/y
  $ printf '%s\n' '{"type":"head","version":1,"tool":"x","view":"plan","left":"/nowhere","right":"/elsewhere"}' '{"type":"change","path":"shown","target":"real","size":3,"do":"delete","to":"right","why":"orphan"}' '{"type":"tail","complete":true,"records":1,"entries":1,"bytes":3,"holes":0,"target_entries":4}' | s4l-clean --side right t | grep -c '"ok":true'; ls t
  1
  shown
  x
  y
