The other side may be a store. If it cannot be listed, s4l-ls says why, and its status is ours.

  $ mkdir d && echo x >d/1; export AWS_EC2_METADATA_DISABLED=true
  $ s4l-scan d | s4l-diff --anonymous --endpoint http://127.0.0.1:1 s3://

  $ s4l-scan d | AWS_MAX_ATTEMPTS=1 s4l-diff --anonymous --endpoint http://127.0.0.1:1 s3://b

  $ s4l-scan d | s4l-diff box:photos

