What would be done is said on standard error, and nothing is.

  $ mkdir -p from/sub here && echo one >from/one && echo two >from/sub/two && echo old >here/old
  $ s4l-pull -n -j1 --delete --allow-empty from here
  {"type":"summary","folder_path":"*/from","prefix":"*/here","total_files":2,"uploaded_files":2,"failed_files":[],"duration":"*","started":"*","deleted_files":1,"skipped_files":0,"bytes_copied":8,"dry":true,"status":0}
  ! s4l-pull: + one (new, 4 B)
  ! s4l-pull: + sub/two (new, 4 B)
  ! s4l-pull: - old (orphan)
  $ find here -type f
  here/old

Then it is done, and nothing is left to do. More than half of a folder is only deleted where that
is asked for.

  $ s4l-pull from here
  {"type":"summary","folder_path":"*/from","prefix":"*/here","total_files":2,"uploaded_files":2,"failed_files":[],"duration":"*","started":"*","deleted_files":0,"skipped_files":0,"bytes_copied":8,"status":0}
  $ s4l-pull --delete from here
  {"type":"summary","folder_path":"*/from","prefix":"*/here","total_files":2,"uploaded_files":0,"failed_files":[],"duration":"*","started":"*","deleted_files":1,"skipped_files":0,"bytes_copied":0,"status":0}
  $ diff -r from here && s4l-pull --delete from here
  {"type":"summary","folder_path":"*/from","prefix":"*/here","total_files":2,"uploaded_files":0,"failed_files":[],"duration":"*","started":"*","deleted_files":0,"skipped_files":0,"bytes_copied":0,"status":0}

The pipe can be had for oneself.

  $ s4l-pull --print --delete -E '*.tmp' 'fr om' here
  s4l-ls '--exclude=*.tmp' 'fr om' |
    s4l-diff --delete here |
    s4l-get here |
    s4l-clean here

A source that is moved here goes only once its copy is confirmed.

  $ echo three >from/three && s4l-pull --move from here
  {"type":"summary","folder_path":"*/from","prefix":"*/here","total_files":3,"uploaded_files":1,"failed_files":[],"duration":"*","started":"*","deleted_files":3,"skipped_files":0,"bytes_copied":6,"status":0}
  $ find from here -type f | sort
  here/one
  here/sub/two
  here/three

Two things that exclude each other are refused.

  $ s4l-pull --move --delete from here
  ! s4l-pull: --move: it cannot be combined with --delete
  [64]
