Files are brought to a folder only, and the key of a customer is 32 bytes.

  $ echo '{"path":"f"}' >list; export AWS_EC2_METADATA_DISABLED=true
  $ s4l-get s3://b/photos <list

  $ echo short >key; s4l-get --encryption-key key --from s3://b here <list

  $ s4l-get --from s3:// here <list

  $ AWS_MAX_ATTEMPTS=1 s4l-get --anonymous --endpoint http://127.0.0.1:1 --from s3://b here <list | grep outcome

