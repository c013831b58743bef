What makes no sense is a mistake in the command line, before a store is asked for anything.

  $ echo x >f; echo '{"path":"f"}' >list; export AWS_EC2_METADATA_DISABLED=true
  $ s4l-put s3:// <list

  $ s4l-put s3:///photos <list

  $ s4l-put s3://key:secret@bucket <list

  $ s4l-put nosuch://b <list

  $ s4l-put --endpoint 'http://user@host' s3://b <list

  $ AWS_ENDPOINT_URL=host?x s4l-put s3://b <list

  $ s4l-put --provider s4 s3://b <list

  $ s4l-put --if-none-match --if-match abc s3://b <list

  $ s4l-put --meta =x s3://b <list

  $ s4l-put --part-size big s3://b <list

A customer's key is 32 bytes, and goes with that kind of encryption alone.

  $ s4l-put --encryption customer s3://b <list

  $ s4l-put --encryption customer --encryption-key nokey s3://b <list

  $ s4l-put --encryption customer --encryption-key f s3://b <list

  $ s4l-put --encryption store --encryption-key f s3://b <list

  $ s4l-put --encryption sse s3://b <list

Where there are no keys, or nobody answers, the item fails and says so.

  $ s4l-put s3://b <list | grep outcome

  $ AWS_MAX_ATTEMPTS=1 s4l-put --anonymous --endpoint http://127.0.0.1:1 s3://b <list | grep outcome

  $ AWS_PROFILE=none s4l-put s3://b <list

