Digests are added in the order of the input, whatever the number of jobs.

  $ mkdir -p photos/a && echo hello >photos/a/x && : >photos/empty

  $ s4l-scan photos | s4l-hash -j 3 --algorithm md5 --algorithm crc32c
  {"type":"head","version":1,"tool":"s4l-hash","view":"listing","root":"*/photos","order":"path","links":"skip","hashes":["md5","crc32c"]}
  {"type":"entry","path":"a/x","size":6,"mtime":"*","md5":"b1946ac92492d2347c6235b4d2611184","crc32c":"NT3Yvg=="}
  {"type":"entry","path":"empty","size":0,"mtime":"*","md5":"d41d8cd98f00b204e9800998ecf8427e","crc32c":"AAAAAA=="}
  {"type":"tail","complete":true,"records":2,"entries":2,"bytes":6,"holes":0}

Input without a head is read below the current folder; what fails is told in its place.

  $ printf '{"path":"photos/none"}\n{"path":"photos/empty","size":1}\n{"path":"../etc"}\n' | s4l-hash
  {"type":"outcome","path":"photos/none","did":"hash","ok":false,"kind":"absent","reason":"No such file or directory"}
  {"type":"outcome","path":"photos/empty","size":1,"did":"hash","ok":false,"kind":"later","reason":"the file changed since it was listed"}
  {"type":"outcome","path":"../etc","did":"hash","ok":false,"kind":"refused","reason":"the path has a part \"..\""}
  [1]

In a listing a file that went becomes a hole, so that nothing elsewhere is deleted for it.

  $ s4l-scan photos >listing && rm photos/empty

  $ s4l-hash --algorithm md5 <listing
  {"type":"head","version":1,"tool":"s4l-hash","view":"listing","root":"*/photos","order":"path","links":"skip","hashes":["md5"]}
  {"type":"entry","path":"a/x","size":6,"mtime":"*","md5":"b1946ac92492d2347c6235b4d2611184"}
  {"type":"hole","path":"empty","kind":"later","reason":"No such file or directory"}
  {"type":"tail","complete":true,"records":2,"entries":1,"bytes":6,"holes":1}
  [1]

A file that does not hold what its record says is told, and protected.

  $ printf '{"path":"photos/a/x","md5":"d41d8cd98f00b204e9800998ecf8427e"}\n' | s4l-hash --verify
  {"type":"outcome","path":"photos/a/x","md5":"d41d8cd98f00b204e9800998ecf8427e","did":"verify","ok":false,"kind":"data","reason":"the file does not have the md5 given"}
  [1]

  $ s4l-hash --verify --cache c </dev/null
  ! s4l-hash: --verify: it reads every file, so --cache has no use with it
  [64]
