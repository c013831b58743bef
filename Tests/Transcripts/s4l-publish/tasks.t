A folder is published, or single files, each with its key.

  $ mkdir -p f/a empty; echo 1 >f/a/1; echo 2 >f/2; echo 3 >"f/three 3"

  $ s4l-publish --id x f store | sed "s|$PWD||"
  {"type":"task","id":"x","queue":"default","task_type":"file_sync","payload":"{\"folder_path\":\"/f\",\"prefix\":\"store\"}","state":"pending","max_retry":3,"timeout":"30m0s"}

  $ s4l-publish --id x f store
  ! s4l-publish: x: there is a task of this id
  [1]

  $ s4l-publish --dry-run --folder f --prefix store --no-delete-after-sync --overwrite | grep -o 'store.*'
  store\",\"delete_after_sync\":false,\"overwrite\":true}","state":"pending","max_retry":3,"timeout":"30m0s"}

  $ s4l-publish -n f/2 cache/2 f/a/1 cache/1 | grep -o 'payload.*state' | sed "s|$PWD||g"
  payload":"{\"pairs\":[{\"from\":\"/f/2\",\"to\":\"cache/2\"},{\"from\":\"/f/a/1\",\"to\":\"cache/1\"}]}","state

  $ s4l-publish -n f/2 cache/ f/a/1 / | grep -o 'payload.*state' | sed "s|$PWD||g"
  payload":"{\"pairs\":[{\"from\":\"/f/2\",\"to\":\"cache/2\"},{\"from\":\"/f/a/1\",\"to\":\"1\"}]}","state

A folder in parts, then as a whole.

  $ s4l-publish --queue slow --split 2 f p | grep -o 'prefix.*' | sed 's/[0-9a-f-]\{36\}/ID/g'
  prefix\":\"p\",\"files\":[\"2\",\"a/1\"]}","state":"pending","max_retry":3,"timeout":"30m0s"}
  prefix\":\"p\",\"files\":[\"three 3\"]}","state":"pending","max_retry":3,"timeout":"30m0s"}
  prefix\":\"p\",\"after\":[\"ID\",\"ID\"]}","state":"pending","max_retry":3,"timeout":"30m0s"}

  $ s4l-queue ls --queue slow | grep -c '"state":"pending"'
  3

What cannot be published is not queued.

  $ s4l-publish empty p
  ! s4l-publish: empty: the folder holds no file
  [66]

  $ s4l-publish none p
  ! s4l-publish: */work/none: No such file or directory
  [66]

  $ s4l-publish f
  ! s4l-publish: TO: the operand is missing
  [64]

  $ s4l-publish f ../p
  ! s4l-publish: ../p: the path has a part ".."
  [64]

  $ s4l-publish f/2 ''
  ! s4l-publish: TO: it is no key for a file
  [64]

  $ s4l-publish --delete-after-sync f/2 dup/same f/a/1 dup/same
  ! s4l-publish: dup/same: two files would get this key: f/2 and f/a/1
  [64]

  $ s4l-publish f s3:store
  ! s4l-publish: s3:store: it is a location: TO is a prefix or key in the bucket of [s3]
  [64]

  $ s4l-publish f/2 s3://bucket/store
  ! s4l-publish: s3://bucket/store: it is a location: TO is a prefix or key in the bucket of [s3]
  [64]

  $ s4l-publish f/2 a f b
  ! s4l-publish: f: it is a folder: folders are published one at a time
  [64]

  $ s4l-publish f/2 a f/a/1
  ! s4l-publish: f/a/1: its key is missing
  [64]

  $ s4l-publish --split 0 f p
  ! s4l-publish: --split: "0" must be a whole number, at least 1
  ! s4l-publish: try s4l-publish --help
  [64]
