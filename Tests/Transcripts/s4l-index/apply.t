Events are applied in their order, and may be applied again.

  $ mkdir photos && touch -d @0 photos/a photos/b
  $ s4l-index repo add photos photos | wc -l
  1
  $ cat >events <<X
  > {"type":"head","version":1,"view":"events"}
  > {"type":"event","path":"a","event":"create"}
  > {"type":"event","path":"b","event":"create","size":7,"mtime":"2026-01-01T00:00:00Z"}
  > {"type":"event","path":"c","event":"create"}
  > {"type":"event","path":"b","event":"rename","to":"d/b"}
  > {"type":"tail","complete":true,"records":4,"holes":0}
  > X
  $ mkdir photos/d && mv photos/b photos/d
  $ s4l-index apply photos <events | cut -d, -f4-9
  "operation_type":"realtime","state":"completed","files_scanned":4,"files_added":3,"files_updated":0,"files_removed":1
  $ s4l-index export photos | grep -v head
  {"type":"entry","path":"a","size":0,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"entry","path":"d/b","size":0,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"tail","complete":true,"records":2,"entries":2,"bytes":0,"holes":0}
  $ s4l-index export photos | s4l-diff photos | grep -c '"do":"copy"'
  0
  [1]

What is removed below a folder goes with it.

  $ printf '{"type":"event","path":"d/","event":"remove"}\n' | s4l-index apply photos | cut -d, -f6-9
  "files_scanned":1,"files_added":0,"files_updated":0,"files_removed":1
  $ s4l-index status photos | cut -d, -f4-6
  "total_files":1,"total_bytes":0,"is_watching":false

What has to be looked up gets a digest where the others would, be it the first of all.

  $ mkdir -p new/b && printf x >new/b/f && s4l-index repo add new new | wc -l
  1
  $ cat >moved <<X
  > {"type":"head","version":1,"view":"events"}
  > {"type":"event","path":"a/","event":"rename","to":"b/"}
  > {"type":"tail","complete":true,"records":1,"holes":0}
  > X
  $ s4l-hash --from new <moved | s4l-index apply new | cut -d, -f6-9
  "files_scanned":1,"files_added":1,"files_updated":0,"files_removed":0
  ! s4l-hash: warning: none of the 1 records was its own: all were forwarded
  $ s4l-index export new | grep -c sha256
  1
  $ s4l-index repo remove new

A listing reads no events, and a plan says what is to be.

  $ s4l-index update photos <events
  ! s4l-index: stdin: update reads a listing, and these are events: apply does
  [64]
  $ s4l-scan photos | s4l-diff photos | s4l-index apply photos
  ! s4l-index: stdin: a plan says what is to be, not what is
  [64]

Forgetting a repository touches no file, and leaves none of ours behind.

  $ s4l-index prune photos --keep 1
  $ s4l-index history photos | wc -l
  1
  $ ls "$XDG_STATE_HOME/s4l" | grep -c -e -watching- -e -updating-
  2
  $ s4l-index repo remove photos && s4l-index repo list && ls photos
  a
  d
  $ ls "$XDG_STATE_HOME/s4l" | grep -c -e -watching- -e -updating-
  0
  [1]

An address holds no password.

  $ s4l-index repo list --database postgresql://me:secret@db/photos
  ! s4l-index: postgresql://: an address holds no password: PGPASSFILE, PGPASSWORD or password_file in [index] do
  [64]
  $ s4l-index migrate
