Films get files, side-cars are passed on, and a second run finds nothing to do.

  $ mkdir -p 'src/Heat (1995)'; cd src; echo x >'Heat (1995)/Heat.mkv'; echo x >'Heat (1995)/Heat.srt'; cd ..
  $ s4l-scan src | s4l-strm --template openlist --base http://nas:5244/ --root /films out
  {"type":"head","version":1,"tool":"s4l-strm","view":"listing","root":"*/src","links":"skip"}
  {"type":"entry","path":"Heat (1995)/Heat.srt","size":2,"mtime":"*"}
  {"type":"outcome","path":"Heat (1995)/Heat.mkv","size":2,"mtime":"*","target":"Heat (1995)/Heat.strm","did":"write","ok":true}
  {"type":"tail","complete":true,"records":2,"entries":2,"bytes":4,"holes":0}
  $ cat 'out/Heat (1995)/Heat.strm'
  http://nas:5244/d/films/Heat%20%281995%29/Heat.mkv
  $ s4l-scan src | s4l-strm --template openlist --base http://nas:5244/ --root /films out | grep -c '"did":"keep","ok":true'
  1

What went at the source goes here with s4l-clean, and only what is ours.

  $ echo mine >'out/Heat (1995)/mine.strm'; rm 'src/Heat (1995)/Heat.mkv'; echo x >src/other.mkv
  $ s4l-scan src | s4l-strm --mode path out | s4l-clean --orphans --max-delete 90% out | grep -c '"did":"delete","ok":true'
  1
  $ find out -name '*.strm' | sort
  out/Heat (1995)/mine.strm
  out/other.strm

Paths of this machine, as a server sees them that has the drive elsewhere.

  $ s4l-scan src | s4l-strm --mode path --map "$PWD/src=/media" films >/dev/null; cat films/other.strm
  /media/other.mkv

A server that has moved.

  $ s4l-strm --rewrite /media=/mnt/new films | grep -c '"did":"write"'; cat films/other.strm
  1
  /mnt/new/other.mkv

What the listing does not tell must be said.

  $ s4l-scan src | s4l-strm films
  ! s4l-strm: --template: the listing does not tell what links its server takes; name a preset: openlist, openlist-proxy, cd2, webdav, url, path
  [64]

  $ s4l-scan src | s4l-strm --template cd2 films
  ! s4l-strm: --base: the template needs a base; give one
  [64]

  $ printf '{"path":"a.mkv"}\n' | s4l-strm --template openlist --base https://user:word@nas films
  ! s4l-strm: --base: a .strm file can be read by many: no user or password in it
  [64]

A record by itself is enough.

  $ printf '{"path":"a.mkv","url":"https://e.example/a.mkv"}\n' | s4l-strm --template url one; cat one/a.strm
  {"type":"outcome","path":"a.mkv","url":"https://e.example/a.mkv","target":"a.strm","did":"write","ok":true}
  https://e.example/a.mkv

Where nothing is its own, it says so.

  $ printf '{"path":"a.txt"}\n' | s4l-strm --mode path none
  {"path":"a.txt"}
  ! s4l-strm: warning: none of the 1 records was its own: all were forwarded
  $ ls none
  ! ls: cannot access 'none': No such file or directory
  [2]
