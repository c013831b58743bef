A repository is a folder with a name.

  $ mkdir -p photos/user/2024 && touch -d @0 photos/user/2024/a.jpg photos/user/b.jpg
  $ s4l-index repo add photos photos --area user --id 0A000000-0000-4000-8000-00000000000b
  {"type":"record","repository":"photos","repository_id":"0a000000-0000-4000-8000-00000000000b","root":"*/photos","area":"user","scan_generation":0}
  $ s4l-index repo add photos photos
  ! s4l-index: photos: there is a repository of this name
  [64]
  $ s4l-index repo add other nowhere
  ! s4l-index: */nowhere: No such file or directory
  [66]
  $ s4l-index status nothing
  ! s4l-index: nothing: there is no repository of this name; s4l-index repo add makes one
  [66]

The first listing is the startup, the next ones are reconciliations.

  $ s4l-scan photos/user | s4l-index update photos
  {"type":"summary","repository":"photos","repository_id":"0a000000-0000-4000-8000-00000000000b","operation_type":"startup","state":"completed","files_scanned":2,"files_added":2,"files_updated":0,"files_removed":0,"start_time":"*","end_time":"*","duration_ms":*}
  $ s4l-scan photos/user | s4l-hash | s4l-index update photos | cut -d, -f4-9
  "operation_type":"reconciliation","state":"completed","files_scanned":2,"files_added":0,"files_updated":2,"files_removed":0
  $ s4l-index show photos b.jpg
  {"type":"record","repository":"photos","path":"b.jpg","size":0,"mtime":"1970-01-01T00:00:00Z","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","last_scanned":"*","scan_generation":2,"created_at":"*","updated_at":"*"}

A digest is kept while its file is as it was.

  $ echo new >photos/user/c.jpg
  $ s4l-scan photos/user | s4l-index update photos | cut -d, -f6-9
  "files_scanned":3,"files_added":1,"files_updated":0,"files_removed":0
  $ s4l-index list photos | grep -c sha256
  2

What is gone is forgotten, but not most of it at once, and not where nothing is known.

  $ rm photos/user/c.jpg
  $ s4l-scan photos/user | s4l-index update --dry-run photos | cut -d, -f6-9
  "files_scanned":2,"files_added":0,"files_updated":0,"files_removed":1
  $ s4l-scan photos/user | s4l-index update photos | cut -d, -f6-9
  "files_scanned":2,"files_added":0,"files_updated":0,"files_removed":1
  $ s4l-scan --max-depth 0 photos/user | s4l-index update photos | cut -d, -f6-9
  "files_scanned":1,"files_added":0,"files_updated":0,"files_removed":0
  $ rm -r photos/user/*
  $ s4l-scan photos/user | s4l-index update photos | cut -d, -f6-9
  "files_scanned":0,"files_added":0,"files_updated":0,"files_removed":0
  ! s4l-index: warning: photos: nothing is removed: 2 of 2 files would be deleted, which is all: --allow-empty would permit it
  $ s4l-scan photos/user | s4l-index update --allow-empty photos | cut -d, -f6-9
  "files_scanned":0,"files_added":0,"files_updated":0,"files_removed":2

A listing of another folder is refused, and so is one that breaks off.

  $ s4l-scan photos | s4l-index update photos
  ! s4l-index: */photos: the stream is of this folder, photos of */photos/user
  [64]
  $ touch photos/user/d && s4l-scan photos/user | head -2 | s4l-index update photos | cut -d, -f5-9
  "state":"failed","files_scanned":1,"files_added":1,"files_updated":0,"files_removed":0
  ! s4l-index: stdin: the input ended early: its tail is missing
  $ s4l-index history photos -n 2 | cut -d, -f4-5
  "operation_type":"reconciliation","state":"failed"
  "operation_type":"reconciliation","state":"completed"
