A location that names no bucket is a mistake; a bucket that cannot be reached has no records.

  $ export AWS_EC2_METADATA_DISABLED=true
  $ s4l-ls s3://

  $ s4l-ls --region eu-west-3 s3://b

  $ AWS_ACCESS_KEY_ID=a s4l-ls s3://b

  $ AWS_MAX_ATTEMPTS=1 s4l-ls --anonymous --endpoint http://127.0.0.1:1 s3://b

  $ s4l-ls --anonymous --endpoint https://127.0.0.1:1 --ca-file nowhere s3://b

  $ s4l-ls --presign 1h .

A name without a configuration is told, as it may have been meant for a file.

  $ s4l-ls box:photos

  $ mkdir -p "$XDG_CONFIG_HOME/s4l" && printf '[remote.boxes]\ntype = "path"\npath = "%s/kept"\n' "$PWD" >"$XDG_CONFIG_HOME/s4l/s4l.toml"
  $ s4l-ls box:photos

  $ mkdir -p kept/photos && echo x >kept/photos/1 && touch -d @0 kept/photos/1 && s4l-ls boxes:photos

  $ s4l-conf validate

