What cannot be is told before anything is read.

  $ export AWS_EC2_METADATA_DISABLED=true AWS_MAX_ATTEMPTS=1
  $ s4l-clean s3:// </dev/null

  $ s4l-clean --uploaded s3://b </dev/null

  $ mkdir d; s4l-clean --trash s3://b/old d </dev/null

  $ s4l-clean --trash old s3://b </dev/null

A bucket that cannot be reached fails each delete.

  $ printf '%s\n' '{"type":"head","version":1,"view":"plan","left":"/d","right":"s3://b","order":"path"}' '{"type":"change","path":"x","size":1,"do":"delete","to":"right"}' '{"type":"tail","complete":true,"records":1,"entries":1,"target_entries":9,"bytes":1,"holes":0}' | s4l-clean --anonymous --endpoint http://127.0.0.1:1 s3://b

