What cannot be is told before anything is read.

  $ s4l-clean s3:// </dev/null
  ! s4l-clean: s3://: it names no bucket, as in s3://bucket/prefix
  [64]

  $ s4l-clean --uploaded s3://b </dev/null
  ! s4l-clean: --uploaded: s3://b is a store; what was uploaded from is a folder
  [64]

  $ mkdir d; s4l-clean --trash s3://b/old d </dev/null
  ! s4l-clean: s3://b/old: the trash of a folder is a folder, not a store
  [64]

  $ s4l-clean --trash old s3://b </dev/null
  ! s4l-clean: */work/old: the trash of a store is in a store, not in a folder
  [64]

A bucket that cannot be reached fails each delete.

  $ printf '%s\n' '{"type":"head","version":1,"view":"plan","left":"/d","right":"s3://b","order":"path"}' '{"type":"change","path":"x","size":1,"do":"delete","to":"right"}' '{"type":"tail","complete":true,"records":1,"entries":1,"target_entries":9,"bytes":1,"holes":0}' | AWS_MAX_ATTEMPTS=1 s4l-clean --anonymous --endpoint http://127.0.0.1:1 s3://b
  {"type":"head","version":1,"tool":"s4l-clean","view":"plan","left":"/d","right":"s3://b"}
  {"type":"outcome","path":"x","size":1,"do":"delete","to":"right","did":"delete","ok":false,"kind":"later","reason":"failed to connect to 127.0.0.1 port 1 after * ms: *"}
  {"type":"tail","complete":true,"records":1,"entries":1,"bytes":1,"holes":0,"target_entries":9}
  [1]

