What was written, copied or deleted is told; what was kept or failed is not. All goes on.

  $ cat >changes <<X
  > {"type":"head","version":1,"view":"listing","root":"drive:"}
  > {"type":"outcome","path":"a.mkv","target":"a.strm","did":"write","ok":true}
  > {"type":"outcome","path":"b.mkv","target":"b.strm","did":"keep","ok":true}
  > {"type":"outcome","path":"c.mkv","target":"c.strm","did":"delete","ok":true}
  > {"type":"tail","complete":true,"records":3,"entries":3}
  > X

  $ printf '[[notify]]\nname = "tv"\ntype = "jellyfin"\nurl = "http://127.0.0.1:1"\napi_key = "k"\n' >tv.toml

  $ chmod 600 tv.toml

  $ s4l-notify --config tv.toml --dry-run lib <changes
  {"type":"head","version":1,"tool":"s4l-notify","view":"listing","root":"drive:","dry":true}
  {"type":"outcome","path":"a.mkv","target":"a.strm","did":"write","ok":true}
  {"type":"outcome","path":"b.mkv","target":"b.strm","did":"keep","ok":true}
  {"type":"outcome","path":"c.mkv","target":"c.strm","did":"delete","ok":true}
  {"type":"tail","complete":true,"records":3,"entries":3,"bytes":0,"holes":0}
  ! s4l-notify: dry run: 2 changes, nobody is told

A server that is away is no failure of the run.

  $ s4l-notify --retries 1 --config tv.toml lib <changes | grep -c outcome
  3
  ! s4l-notify: warning: tv: it was not told of 2 changes: *

Nothing is told where nothing has changed.

  $ grep '"keep"' changes | s4l-notify --config tv.toml lib
  {"type":"outcome","path":"b.mkv","target":"b.strm","did":"keep","ok":true}

  $ s4l-notify --config tv.toml --server radio lib <changes
  ! s4l-notify: radio: no [[notify]] has this name
  [64]

  $ s4l-notify <changes
  ! s4l-notify: OUT: the operand is missing
  ! s4l-notify: try s4l-notify --help
  [64]
