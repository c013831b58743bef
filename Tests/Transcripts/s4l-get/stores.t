Files are brought to a folder only, and the key of a customer is 32 bytes.

  $ echo '{"path":"f"}' >list
  $ s4l-get s3://b/photos <list
  ! s4l-get: s3://b/photos: it is no folder; s4l-put copies to stores
  [64]

  $ echo short >key; s4l-get --encryption-key key --from s3://b here <list
  ! s4l-get: key: it must hold a key of 32 bytes, or that in hex or base64
  [64]

  $ s4l-get --from s3:// here <list
  ! s4l-get: s3://: it names no bucket, as in s3://bucket/prefix
  [64]

  $ AWS_MAX_ATTEMPTS=1 s4l-get --anonymous --endpoint http://127.0.0.1:1 --from s3://b here <list | grep outcome
  {"type":"outcome","path":"f","did":"copy","ok":false,"kind":"later","reason":"failed to connect to 127.0.0.1 port 1 after * ms: *"}

