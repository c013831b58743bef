A repository is compared with the index by the pipe that its keys make.

  $ mkdir -p "$XDG_CONFIG_HOME/s4l" photos/user; cat >"$XDG_CONFIG_HOME/s4l/s4l.toml" <<'END'
  > [[repositories]]
  > id = "photos"
  > name = "Family photos"
  > path = "photos"
  > area = "user"
  > types = ["images"]
  > max_cpu_percent = 50
  > 
  > [[repositories]]
  > id = "films"
  > path = "films"
  > calculate_hashes = false
  > poll = "5m"
  > 
  > [[repositories]]
  > id = "old"
  > path = "old"
  > enabled = false
  > 
  > [[sync_jobs]]
  > id = "documents"
  > source_path = "src"
  > destination_path = "dst"
  > END

  $ s4l-run --print 'Family photos'
  s4l-scan --preset=clutter --preset=images --max-cpu=50 photos/user |
    s4l-hash --cache=*/home/state/s4l/digests/photos.ndjson --jobs=4 --max-cpu=50 |
    s4l-index update --max-cpu=50 photos

  $ s4l-run --print -n films
  s4l-scan --preset=clutter films |
    s4l-index update --dry-run films

It is watched by another one.

  $ s4l-run --print --watch
  s4l-watch --listing --preset=clutter --preset=images photos/user |
    s4l-debounce --wait=500ms |
    s4l-hash --cache=*/home/state/s4l/digests/photos.ndjson --jobs=4 |
    s4l-index apply photos
  s4l-watch --listing --poll=5m --preset=clutter films |
    s4l-debounce --wait=500ms |
    s4l-index apply films

What cannot be is told before anything is done.

  $ s4l-run old
  ! s4l-run: old: this job is not enabled; --force runs it all the same
  [77]

  $ s4l-run --watch photos old
  ! s4l-run: old: this job is not enabled; --force runs it all the same
  [77]

  $ s4l-run photos documents
  ! s4l-run: documents: it is one of [[sync_jobs]]: only [[repositories]] go side by side
  [64]

  $ s4l-run --watch documents
  ! s4l-run: documents: only [[repositories]] are watched
  [64]

  $ s4l-run --watch -n
  ! s4l-run: --dry-run: it does not go with --watch
  [64]

  $ s4l-run --repositories photos
  ! s4l-run: photos: --repositories takes no job
  [64]

  $ s4l-run --trash t photos
  ! s4l-run: --trash: it does not go with a [[repositories]]: no file is deleted
  [64]

  $ s4l-run --strategy full photos
  ! s4l-run: --strategy: it goes with a [[strm_jobs]]
  [64]

  $ s4l-run --history photos
