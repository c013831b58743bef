A job of the configuration is run by its id or its name.

  $ mkdir -p "$XDG_CONFIG_HOME/s4l" src; cat >"$XDG_CONFIG_HOME/s4l/s4l.toml" <<'END'
  > [[sync_jobs]]
  > id = "documents"
  > name = "Documents Sync"
  > source_path = "src"
  > destination_path = "dst"
  > filters = ["*.tmp", ".git/*"]
  > [sync_jobs.sync_options]
  > comparison_method = "size"
  > delete_destination_files = true
  > 
  > [[sync_jobs]]
  > id = "off"
  > source_path = "src"
  > destination_path = "dst2"
  > enabled = false
  > [sync_jobs.sync_options]
  > dry_run = true
  > preserve_permissions = false
  > preserve_timestamps = false
  > ignore_hidden_files = true
  > END

  $ s4l-run --print documents
  s4l-scan '--exclude=*.tmp' '--exclude=.git/*' src |
    s4l-diff --compare=size --delete dst |
    s4l-put dst |
    s4l-clean dst

  $ s4l-run --print --force --max-delete 3 off
  s4l-scan --no-hidden src |
    s4l-diff dst2 |
    s4l-put --preserve=none --dry-run dst2
  ! s4l-run: warning: off: times are compared but not preserved, so every file is copied each time; comparison_method = "size" or "checksum" would not

  $ echo one >src/a; echo two >src/b; echo x >src/c.tmp; s4l-run documents
  {"type":"summary","folder_path":"src","prefix":"dst","total_files":2,"uploaded_files":2,"failed_files":[],"duration":"*","started":"*","deleted_files":0,"skipped_files":0,"bytes_copied":8,"status":0,"run":"*","job":"documents"}

  $ rm src/b; echo ONE >src/a; s4l-run 'Documents Sync' | grep -o '"uploaded_files.*"deleted_files":[0-9]*'
  "uploaded_files":0,"failed_files":[],"duration":"*","started":"*","deleted_files":1

  $ find dst; cat dst/a
  dst
  dst/a
  one

  $ rm src/a; s4l-run documents | grep -o '"status.*'; find dst
  "status":77,"run":"*","job":"documents"}
  dst
  dst/a
  ! s4l-clean: */work/dst: 1 of 1 files would be deleted, which is all: --allow-empty would permit it
  ! s4l-run: warning: 1 failed, first a (withheld: 1 of 1 files would be deleted, which is all: --allow-empty would permit it); all are in */home/state/s4l/runs/*.ndjson

Whoever is not enabled or does not exist is refused.

  $ s4l-run off
  ! s4l-run: off: this job is not enabled; --force runs it all the same
  [77]

  $ s4l-run off -f | grep -o '"dry".*"status":[0-9]*'
  "dry":true,"status":0
  ! s4l-run: warning: off: times are compared but not preserved, so every file is copied each time; comparison_method = "size" or "checksum" would not
  ! s4l-run: + c.tmp (new, 2 B)

  $ s4l-run document
  ! s4l-run: document: no [[sync_jobs]], [[strm_jobs]] or [[repositories]] has this id or name; the nearest is documents
  [66]

  $ s4l-run
  ! s4l-run: JOB: the operand is missing; --task would read a task instead
  [64]

What became of the runs is remembered, newest first.

  $ s4l-run --history | grep -o '"job":"[a-z]*"'
  "job":"off"
  "job":"documents"
  "job":"documents"
  "job":"documents"

  $ s4l-run --history documents --limit 1 | grep -o '"status":[0-9]*'
  "status":77

  $ s4l-run --history 'Documents Sync' --limit 1 | grep -o '"job":"[a-z]*"'
  "job":"documents"

  $ s4l-run --history nobody
  ! s4l-run: nobody: no [[sync_jobs]], [[strm_jobs]] or [[repositories]] has this id or name
  [66]

An option that says nothing here is a mistake, and nothing is run.

  $ s4l-run --limit 3 documents
  ! s4l-run: --limit: it goes with --history
  [64]

  $ s4l-run --to elsewhere documents
  ! s4l-run: --to: it goes with --task
  [64]

  $ s4l-run --type file_sync documents
  ! s4l-run: --type: it goes with --task
  [64]

  $ s4l-run --task --type file_sync -f </dev/null
  ! s4l-run: --force: it does not go with --task
  [64]

  $ s4l-run --task --type file_sync --max-delete 3 </dev/null
  ! s4l-run: --max-delete: it does not go with --task
  [64]

  $ s4l-run --history -n
  ! s4l-run: --dry-run: it does not go with --history
  [64]
