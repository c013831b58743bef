Of many events of a path one is left. What is held goes before the tail, however long the wait.

  $ cat >events <<'END'
  > {"type":"head","version":1,"tool":"s4l-watch","view":"events","root":"/data"}
  > {"type":"event","path":"a","event":"create","cookie":1}
  > {"type":"event","path":"a","event":"write","cookie":2}
  > {"type":"event","path":"a","event":"write","cookie":3}
  > {"type":"event","path":"b","event":"create"}
  > {"type":"event","path":"b","event":"remove"}
  > {"type":"event","path":"c","event":"write"}
  > {"type":"event","path":"c","event":"chmod"}
  > {"type":"tail","complete":true,"records":7,"entries":0,"bytes":0,"holes":0}
  > END

  $ s4l-debounce --wait 1h <events
  {"type":"head","version":1,"tool":"s4l-debounce","view":"events","root":"/data"}
  {"type":"event","path":"a","cookie":3,"event":"create"}
  {"type":"event","path":"b","event":"remove"}
  {"type":"event","path":"c","event":"write"}
  {"type":"tail","complete":true,"records":3,"entries":0,"bytes":0,"holes":0}

A file that is written beside its target and renamed is one create; renames in a row are one rename.

  $ s4l-debounce --wait 1h <<'END'
  > {"type":"event","root":"/data","path":".a.tmp","event":"create"}
  > {"type":"event","root":"/data","path":".a.tmp","event":"write"}
  > {"type":"event","root":"/data","path":".a.tmp","event":"rename","to":"a"}
  > {"type":"event","root":"/data","path":"x","event":"rename","to":"y"}
  > {"type":"event","root":"/data","path":"y","event":"rename","to":"z"}
  > END
  {"type":"event","root":"/data","path":"a","event":"create"}
  {"type":"event","root":"/data","path":".a.tmp","event":"remove"}
  {"type":"event","root":"/data","event":"rename","to":"z","path":"x"}
  {"type":"event","root":"/data","path":"y","event":"remove"}

What is under either path of a rename goes first; the removal of a folder drops what is below it.

  $ s4l-debounce --wait 1h <<'END'
  > {"type":"event","path":"other","event":"write"}
  > {"type":"event","path":"d/x","event":"write"}
  > {"type":"event","path":"d/","event":"rename","to":"e/"}
  > {"type":"event","path":"f/x","event":"write"}
  > {"type":"event","path":"f/","event":"remove"}
  > END
  {"type":"event","path":"d/x","event":"write"}
  {"type":"event","path":"other","event":"write"}
  {"type":"event","path":"d/","event":"rename","to":"e/"}
  {"type":"event","path":"f/","event":"remove"}

Names that are not UTF-8 are names like others.

  $ s4l-debounce --wait 1h <<'END'
  > {"type":"event","path_bytes":"/w==","event":"create"}
  > {"type":"event","path_bytes":"/w==","event":"rename","to_bytes":"/v8="}
  > END
  {"type":"event","path_bytes":"/v8=","event":"create"}
  {"type":"event","path_bytes":"/w==","event":"remove"}

Other records pass, but not past what is held of their path.

  $ s4l-debounce --wait 1h <<'END'
  > {"type":"event","path":"a","event":"write"}
  > {"type":"event","path":"b","event":"write"}
  > {"type":"note","text":"hello"}
  > {"type":"outcome","path":"b","did":"copy","ok":true}
  > {"type":"event","path":"a","event":"opened"}
  > END
  {"type":"note","text":"hello"}
  {"type":"event","path":"b","event":"write"}
  {"type":"outcome","path":"b","did":"copy","ok":true}
  {"type":"event","path":"a","event":"write"}
  {"type":"event","path":"a","event":"opened"}

Entries without a head are held like events; a listing passes as it is.

  $ printf '{"path":"a","size":1}\n{"path":"b","size":1}\n{"path":"a","size":2}\n' | s4l-debounce
  {"path":"b","size":1}
  {"path":"a","size":2}

  $ mkdir photos && echo a >photos/a && s4l-scan photos | s4l-debounce
  {"type":"head","version":1,"tool":"s4l-debounce","view":"listing","root":"*/photos","order":"path","links":"skip"}
  {"type":"entry","path":"a","size":2,"mtime":"*"}
  {"type":"tail","complete":true,"records":1,"entries":1,"bytes":2,"holes":0}

Any member can be the key. The last record of a value stands for all; those without it pass.

  $ s4l-debounce --wait 1h --key id <<'END'
  > {"type":"task","id":"one","payload":"1"}
  > {"type":"task","id":"two","payload":"2"}
  > {"type":"task","payload":"3"}
  > {"type":"task","id":"one","payload":"4"}
  > END
  {"type":"task","payload":"3"}
  {"type":"task","id":"two","payload":"2"}
  {"type":"task","id":"one","payload":"4"}

  $ printf '{"shop":1,"n":1}\n{"shop":"1","n":2}\n{"shop":null,"n":3}\n{"shop":1,"n":4}\n' |
  > s4l-debounce --wait 1h --key shop
  {"shop":null,"n":3}
  {"shop":"1","n":2}
  {"shop":1,"n":4}

Where there is no room for all, the eldest go early, which is said once.

  $ printf '{"path":"a"}\n{"path":"b"}\n{"path":"c"}\n{"path":"a","size":1}\n' |
  > s4l-debounce --wait 1h --max-held 1
  {"path":"a"}
  {"path":"b"}
  {"path":"c"}
  {"path":"a","size":1}
  ! s4l-debounce: warning: more is held than there is room for: the eldest records go early

A stream that breaks off loses nothing of what was held, and is told.

  $ head -n 3 events | s4l-debounce --wait 1h
  {"type":"head","version":1,"tool":"s4l-debounce","view":"events","root":"/data"}
  {"type":"event","path":"a","cookie":2,"event":"create"}
  {"type":"tail","complete":false,"records":1,"entries":0,"bytes":0,"holes":0}
  ! s4l-debounce: stdin: the input ended early: its tail is missing
  [65]

  $ printf '{"path":"a"}\n{"path":"b","size":"x"}\n' | s4l-debounce --wait 1h
  {"path":"a"}
  ! s4l-debounce: stdin:2: member "size" must be a whole number below 10^18
  [65]

  $ s4l-debounce --wait 2s --at-most 1s <events
  ! s4l-debounce: --at-most: it cannot be shorter than --wait
  [64]
