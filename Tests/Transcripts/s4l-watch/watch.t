A listing comes first if it is asked for, then what happens. Told to stop, it ends its section well.

  $ mkdir d && touch -d @0 d/a && mkdir d/.git
  $ : >out; s4l-watch --listing --preset clutter d >>out & until grep -q events out; do :; done; mkdir d/b && touch -d @1 d/b/c && mv d/a d/z && rm d/z && touch d/.git/x && mkdir d/end; until grep -q '"z","event":"remove"' out; do :; done; kill $!; wait $! 2>/dev/null
  ! s4l-watch: warning: stopped by signal 15
  [143]
  $ head -3 out
  {"type":"head","version":1,"tool":"s4l-watch","view":"listing","root":"*/d","order":"path","filters":["exclude=*~","exclude=*.tmp","exclude=.DS_Store","exclude=Thumbs.db","exclude=*.bak","exclude=*.swp","hidden=no"],"links":"skip"}
  {"type":"entry","path":"a","size":0,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"tail","complete":true,"records":1,"entries":1,"bytes":0,"holes":0}
  $ grep -c '"type":"head"' out && tail -1 out | cut -d, -f1-2
  2
  {"type":"tail","complete":true
  $ grep -c git/x out
  0
  [1]

What is not there is not watched, and nobody is told that it is empty.

  $ s4l-watch nowhere
  ! s4l-watch: */nowhere: there is no such folder
  [66]
  $ s4l-watch --events made d
  ! s4l-watch: --events: "made" must be some of create,write,remove,rename,chmod
  ! s4l-watch: try s4l-watch --help
  [64]
