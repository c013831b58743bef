Lines are kept while there is no server, and counted.

  $ cat >c.toml <<'END'
  > [pocketbase]
  > url = "http://127.0.0.1:9"
  > admin_email = "admin@example.com"
  > retry_attempts = 0
  > END

  $ printf 'one\ntwo\n' | S4L_POCKETBASE_ADMIN_PASSWORD=secret s4l-ship --config c.toml --grace 0s --pass
  one
  two
  ! s4l-ship: warning: http://127.0.0.1:9: failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server: Connection refused; lines are kept until it does
  ! s4l-ship: warning: * B of lines wait for the next start: http://127.0.0.1:9: failed to connect to 127.0.0.1 port 9 after * ms: Couldn't connect to server: Connection refused
  [75]

  $ ls "$XDG_STATE_HOME/s4l/ship"
  000000000001.ndjson
  lock

Without a server there is nowhere to send them to.

  $ echo '[pocketbase]' >d.toml; echo one | s4l-ship --config d.toml
  ! s4l-ship: pocketbase.url: it is not set: there is nowhere to send lines to
  [78]

  $ echo one | s4l-ship --config c.toml --limit 1k
  ! s4l-ship: --limit: 1.0 KiB is too little: 64KiB is the least
  [64]

  $ echo one | s4l-ship --config c.toml --collection 'a b'
  ! s4l-ship: --collection: "a b": letters, digits and _
  [64]
