The other side may be a store. If it cannot be listed, s4l-ls says why, and its status is ours.

  $ mkdir d && echo x >d/1
  $ s4l-scan d | s4l-diff --anonymous --endpoint http://127.0.0.1:1 s3://
  ! s4l-ls: s3://: it names no bucket, as in s3://bucket/prefix
  [64]

  $ s4l-scan d | AWS_MAX_ATTEMPTS=1 s4l-diff --anonymous --endpoint http://127.0.0.1:1 s3://b
  ! s4l-ls: s3://b: failed to connect to 127.0.0.1 port 1 after * ms: *
  [75]

  $ s4l-scan d | s4l-diff box:photos
  ! s4l-ls: box:photos: there is no [remote.box] in the configuration (a file of that name is written ./box:photos)
  [66]

