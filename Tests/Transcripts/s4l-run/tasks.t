The work of a task, as a worker has it done. Here it goes to a folder.

  $ mkdir -p src/a; echo one >src/a/1; echo two >src/2; printf '{"folder_path":"%s/src","prefix":"p"}' "$PWD" >task

  $ s4l-run --task --type file_sync --to out <task
  {"type":"summary","folder_path":"*/work/src","prefix":"p","total_files":2,"uploaded_files":2,"failed_files":[],"duration":"*","started":"*","deleted_files":0,"skipped_files":0,"bytes_copied":8,"status":0,"run":"*","job":"file_sync"}

  $ echo tWo >out/p/2; S4L_TASK_TYPE=file_sync s4l-run --task --to out <task | grep -o '"uploaded_files":[0-9]*'
  "uploaded_files":0

A source goes once it is confirmed; one that differs stays, and so does what is there.

  $ sed 's/}/,"delete_after_sync":true}/' task | s4l-run --task --type file_sync --to out | grep -o '"failed_files":.*'
  "failed_files":["2"],"duration":"*","started":"*","deleted_files":1,"skipped_files":0,"bytes_copied":0,"status":1,"run":"*","job":"file_sync"}
  ! s4l-run: warning: 1 failed, first 2 (the target has other bytes, and they are not to be replaced); all are in */home/state/s4l/runs/*.ndjson

  $ find src out -type f | sort | xargs grep .
  out/p/2:tWo
  out/p/a/1:one
  src/2:two

A worker keeps what is said last as the reason of the failure: a sentence, whatever its own level.

  $ sed 's/}/,"delete_after_sync":true}/' task | S4L_LOG_LEVEL=info s4l-run --task --type file_sync --to out | grep -o '"status":[0-9]*'
  "status":1
  ! s4l-run: warning: 1 failed, first 2 (the target has other bytes, and they are not to be replaced); all are in */home/state/s4l/runs/*.ndjson

What would be run can be seen, and what would be done.

  $ sed 's/}/,"delete_after_sync":true}/' task | s4l-run --task --type file_sync --to out --print | sed "s|$PWD||"
  s4l-scan /src |
    s4l-diff --compare=size --all out/p |
    s4l-put --confirm --no-resend out/p |
    s4l-clean --uploaded /src

  $ sed 's/}/,"overwrite":true}/' task | s4l-run --task --type file_sync --to out --print | sed "s|$PWD||"
  s4l-scan /src |
    s4l-put out/p

  $ sed 's/}/,"files":["2"]}/' task | s4l-run --task --type file_sync --to out --print | sed "s|$PWD||"
  s4l-put --differing out/p

  $ s4l-run --task --type file_sync --to out --dry-run <task | grep -o '"dry".*"status":[0-9]*'
  "dry":true,"status":0

What cannot be done says so by its status.

  $ s4l-run --task --type mail <task
  ! s4l-run: mail: no task of this type can be done here
  [64]

  $ s4l-run --task <task
  ! s4l-run: --task: neither --type nor S4L_TASK_TYPE says what it is
  [64]

  $ s4l-run --task --type file_sync <task
  ! s4l-run: s3: there is no section [s3], which says where tasks send files
  [78]

  $ echo '{"folder_path":"src","prefix":"p"}' | s4l-run --task --type file_sync --to out
  ! s4l-run: src: a source must be an absolute path
  [65]

  $ echo '{}' | s4l-run --task --type file_sync --to out
  ! s4l-run: payload: folder_path or pairs must be given
  [65]

  $ echo '{"pairs":[{"from":"/x/a","to":"k"},{"from":"/x/b","to":"k"}]}' | s4l-run --task --type file_sync --to out
  ! s4l-run: k: two files would get this key: /x/a and /x/b
  [65]

  $ echo '{"folder_path":"/nowhere","prefix":"p"}' | s4l-run --task --type file_sync --to out | grep -o '"status":[0-9]*'
  "status":66
  ! s4l-run: /nowhere: No such file or directory
