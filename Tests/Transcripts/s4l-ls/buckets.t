A location that names no bucket is a mistake; a bucket that cannot be reached has no records.

  $ s4l-ls s3://
  ! s4l-ls: s3://: it names no bucket, as in s3://bucket/prefix
  [64]

  $ AWS_EC2_METADATA_DISABLED=true s4l-ls --region eu-west-3 s3://b
  ! s4l-ls: credentials: none found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write a profile into */home/.aws/credentials
  [77]

  $ AWS_ACCESS_KEY_ID=a s4l-ls s3://b
  ! s4l-ls: AWS_ACCESS_KEY_ID: AWS_SECRET_ACCESS_KEY must be set with it
  [78]

  $ AWS_MAX_ATTEMPTS=1 s4l-ls --anonymous --endpoint http://127.0.0.1:1 s3://b
  ! s4l-ls: s3://b: failed to connect to 127.0.0.1 port 1 after * ms: *
  [75]

  $ AWS_MAX_ATTEMPTS=1 s4l-ls --anonymous --endpoint https://127.0.0.1:1 --ca-file nowhere s3://b
  ! s4l-ls: s3://b: failed to connect to 127.0.0.1 port 1 after * ms: *
  [75]

  $ s4l-ls --presign 1h .
  ! s4l-ls: --presign: a folder gives no addresses
  [64]

A name without a configuration is told, as it may have been meant for a file.

  $ s4l-ls box:photos
  ! s4l-ls: box:photos: there is no [remote.box] in the configuration (a file of that name is written ./box:photos)
  [66]

  $ mkdir -p "$XDG_CONFIG_HOME/s4l" && printf '[remote.boxes]\ntype = "path"\npath = "%s/kept"\n' "$PWD" >"$XDG_CONFIG_HOME/s4l/s4l.toml"
  $ s4l-ls box:photos
  ! s4l-ls: box:photos: there is no [remote.box] in the configuration (a file of that name is written ./box:photos)
  [66]

  $ mkdir -p kept/photos && echo x >kept/photos/1 && touch -d @0 kept/photos/1 && s4l-ls boxes:photos
  {"type":"head","version":1,"tool":"s4l-ls","view":"listing","root":"*/work/kept/photos","order":"path","links":"skip"}
  {"type":"entry","path":"1","size":2,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"tail","complete":true,"records":1,"entries":1,"bytes":2,"holes":0}

  $ s4l-conf validate

