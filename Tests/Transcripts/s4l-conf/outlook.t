Paths are looked at where that is asked for: what is copied has to be there, and where to has to take it.

  $ mkdir here; cat >c.toml <<END
  > [[sync_jobs]]
  > id = "a"
  > source_path = "$PWD/here"
  > destination_path = "$PWD/there/below"
  > [[sync_jobs]]
  > id = "b"
  > source_path = "$PWD/gone"
  > destination_path = "s3://bucket"
  > [[sync_jobs]]
  > id = "off"
  > enabled = false
  > source_path = "$PWD/gone"
  > destination_path = "/proc/x"
  > END

  $ s4l-conf validate --config c.toml

  $ s4l-conf validate --paths --config c.toml
  ! s4l-conf: c.toml:7:15: sync_jobs.b.source_path: */gone: No such file or directory
  [78]

  $ sed -i 's|^destination_path = "s3.*|destination_path = "/proc/x/y"|; s|gone|here|' c.toml; s4l-conf validate --paths --config c.toml
  ! s4l-conf: c.toml:8:20: sync_jobs.b.destination_path: /proc: Permission denied, so nothing can be written there
  [78]

Services are asked where that is asked for.

  $ printf '[pocketbase]\nurl = "http://127.0.0.1:9/"\n' >p.toml; s4l-conf validate --online --config p.toml
  ! s4l-conf: p.toml:2:7: pocketbase.url: http://127.0.0.1:9/: failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server: Connection refused
  [78]

  $ s4l-conf show --online --config p.toml
  ! s4l-conf: --online: it goes with validate, not with show
  ! s4l-conf: try s4l-conf --help
  [64]
