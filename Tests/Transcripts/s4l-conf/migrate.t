Another program's file becomes ours, for its owner alone, and is never overwritten by accident.

  $ printf 'provider = "Aws"\nlocal_entries_path = "/notes"\n[aws]\nbucket_name = "entries"\nregion = "eu"\nsecret_key = "hunter2"\n' >devlog.toml && chmod 600 devlog.toml

  $ s4l-conf migrate --config devlog.toml --output s4l.toml

  $ grep . s4l.toml && stat -c %a s4l.toml
  [remote.aws]
  type = "s3"
  bucket = "entries"
  region = "eu"
  secret_key = "hunter2"
  [sync]
  provider = "aws"
  local_entries_path = "/notes"
  600

  $ s4l-conf migrate --config s4l.toml | cmp - s4l.toml

  $ s4l-conf migrate --config devlog.toml --output s4l.toml
  ! s4l-conf: s4l.toml: it exists; --force replaces it
  [77]

  $ s4l-conf migrate --config devlog.toml --output s4l.toml --force

  $ ls -A
  devlog.toml
  s4l.toml

The example changes nothing.

  $ s4l-conf generate >example.toml && s4l-conf show --config example.toml >one && s4l-conf show >two && cmp one two
