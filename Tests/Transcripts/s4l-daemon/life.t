A daemon is started, asked, and ended.

  $ mkdir src; echo one >src/a; cat >c.toml <<'END'
  > [[sync_jobs]]
  > id = "documents"
  > source_path = "src"
  > destination_path = "dst"
  > END

  $ s4l-daemon status --config c.toml
  ! s4l-daemon: */state/s4l/daemon.pid: no daemon is running
  [69]

  $ s4l-daemon start --config c.toml

  $ s4l-daemon status --config c.toml
  daemon	*	since *
  cron	*	running since *
  worker	*	running since *
  documents	on	next never, last never

  $ s4l-daemon start --config c.toml
  ! s4l-daemon: */state/s4l/daemon.pid: a daemon is running already: *
  [75]

  $ s4l-daemon run documents --config c.toml; until cat dst/a 2>/dev/null; do :; done
  one

  $ s4l-daemon run document --config c.toml
  ! s4l-daemon: document: no [[sync_jobs]], [[strm_jobs]] or [[repositories]] has this id or name; the nearest is documents
  [66]

  $ s4l-daemon reload --config c.toml; s4l-daemon stop --config c.toml; s4l-daemon logs --config c.toml | grep -c '"ended"'
  1

  $ s4l-daemon stop --config c.toml
  ! s4l-daemon: */state/s4l/daemon.pid: no daemon is running
  [69]

A configuration with a mistake starts nothing.

  $ echo 'max = 1' >>c.toml; echo '[concurrency]' >>c.toml; echo 'max_concurrent_syncs = 0' >>c.toml; s4l-daemon start --config c.toml
  ! s4l-daemon: */state/s4l/daemon.log: says why it has not started
  [78]
