What makes no sense is a mistake in the command line, before a store is asked for anything.

  $ echo x >f; echo '{"path":"f"}' >list
  $ s4l-put s3:// <list
  ! s4l-put: s3://: it names no bucket, as in s3://bucket/prefix
  [64]

  $ s4l-put s3:///photos <list
  ! s4l-put: s3:///photos: it names no bucket, as in s3://bucket/prefix
  [64]

  $ s4l-put s3://key:secret@bucket <list
  ! s4l-put: s3://: a location holds no keys; s4l-s3(7) tells where they go
  [64]

  $ s4l-put nosuch://b <list
  ! s4l-put: nosuch://b: s4l knows no stores of this kind, and there is no s4l-store-nosuch in PATH
  [69]

  $ s4l-put --endpoint 'http://user@host' s3://b <list
  ! s4l-put: --endpoint: it must look like https://host:port, without user or query
  [64]

  $ AWS_ENDPOINT_URL=host?x s4l-put s3://b <list
  ! s4l-put: endpoint: it must look like https://host:port, without user or query
  [78]

  $ s4l-put --provider s4 s3://b <list
  ! s4l-put: --provider: "s4" must be one of aws, rgw, minio, r2, b2, oss, cos, obs, wasabi, gcs, digitalocean, scaleway, storj, seaweedfs, other
  ! s4l-put: try s4l-put --help
  [64]

  $ s4l-put --if-none-match --if-match abc s3://b <list
  ! s4l-put: --if-match: it cannot be combined with --if-none-match
  [64]

  $ s4l-put --meta =x s3://b <list
  ! s4l-put: --meta: "=x" must be NAME=VALUE in UTF-8
  ! s4l-put: try s4l-put --help
  [64]

  $ s4l-put --part-size big s3://b <list
  ! s4l-put: --part-size: "big" must be a size such as 4096, 64k, 1.5M or 2G
  ! s4l-put: try s4l-put --help
  [64]

A customer's key is 32 bytes, and goes with that kind of encryption alone.

  $ s4l-put --encryption customer s3://b <list
  ! s4l-put: --encryption: customer needs the key, as --encryption-key FILE
  [64]

  $ s4l-put --encryption customer --encryption-key nokey s3://b <list
  ! s4l-put: nokey: No such file or directory
  [66]

  $ s4l-put --encryption customer --encryption-key f s3://b <list
  ! s4l-put: f: it must hold a key of 32 bytes, or that in hex or base64
  [64]

  $ s4l-put --encryption store --encryption-key f s3://b <list
  ! s4l-put: --encryption-key: it goes with --encryption customer only
  [64]

  $ s4l-put --encryption sse s3://b <list
  ! s4l-put: --encryption: "sse" must be none, store, kms, kms:KEY or customer
  ! s4l-put: try s4l-put --help
  [64]

Where there are no keys, or nobody answers, the item fails and says so.

  $ AWS_EC2_METADATA_DISABLED=true s4l-put s3://b <list | grep outcome
  {"type":"outcome","path":"f","did":"copy","ok":false,"kind":"refused","reason":"credentials: none found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write a profile into */home/.aws/credentials"}

  $ AWS_MAX_ATTEMPTS=1 s4l-put --anonymous --endpoint http://127.0.0.1:1 s3://b <list | grep outcome
  {"type":"outcome","path":"f","did":"copy","ok":false,"kind":"later","reason":"failed to connect to 127.0.0.1 port 1 after * ms: *"}

  $ AWS_PROFILE=none s4l-put s3://b <list
  ! s4l-put: AWS_PROFILE: there is no profile none in */home/.aws/config or */home/.aws/credentials
  [78]

