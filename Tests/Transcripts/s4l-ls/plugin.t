A kind of store that s4l does not know is asked of a program on PATH.

  $ mkdir bin && cat >bin/s4l-store-demo <<'END' && chmod +x bin/s4l-store-demo
  > #!/bin/sh
  > read hello
  > echo '{"type":"done","id":"1","version":1}'
  > read question
  > echo '{"type":"entry","id":"2","path":"a/x","size":3,"stored":"2026-01-01T00:00:00Z"}'
  > echo '{"type":"entry","id":"2","path":"b","size":4,"etag":"1"}'
  > case $hello in *broken*) exit 3;; esac
  > echo '{"type":"done","id":"2"}'
  > read end
  > END
  $ PATH=$PWD/bin:$PATH s4l-ls demo://here/
  {"type":"head","version":1,"tool":"s4l-ls","view":"listing","root":"demo://here","order":"path"}
  {"type":"entry","path":"a/x","size":3,"stored":"2026-01-01T00:00:00Z"}
  {"type":"entry","path":"b","size":4,"etag":"1"}
  {"type":"tail","complete":true,"records":2,"entries":2,"bytes":7,"holes":0}

Folders are what the names lead through; for people there are lines.

  $ PATH=$PWD/bin:$PATH s4l-ls --dirs demo://here | grep -o '"path":"[^"]*"'
  "path":""
  "path":"a/"
  "path":"a/x"
  "path":"b"
  $ PATH=$PWD/bin:$PATH s4l-ls --human demo://here
         3 B  2026-01-01 00:00  a/x
         4 B                    b

What a store does not tell to its end is told as far as it came.

  $ PATH=$PWD/bin:$PATH s4l-ls demo://broken | tail -n 1
  {"type":"tail","complete":false,"records":2,"entries":2,"bytes":7,"holes":0}
  ! s4l-ls: s4l-store-demo: it ended with exit status 3
  $ PATH=$PWD/bin:$PATH s4l-ls --presign 1h demo://here
  ! s4l-ls: demo://here: this store gives no addresses for its files
  [69]
