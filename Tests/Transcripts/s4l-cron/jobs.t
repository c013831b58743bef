A job whose time has come is told of once; the next time is remembered.

  $ cat >c.toml <<'END'
  > [[sync_jobs]]
  > id = "documents"
  > source_path = "src"
  > destination_path = "dst"
  > [sync_jobs.schedule]
  > type = "interval"
  > interval = "1h"
  > 
  > [[sync_jobs]]
  > id = "by-hand"
  > source_path = "src"
  > destination_path = "dst"
  > END

  $ s4l-cron --config c.toml --once
  {"type":"task","id":"*","queue":"default","task_type":"sync_job","payload":"{\"job\":\"documents\"}","state":"pending","max_retry":0,"timeout":"24h0m0s","unique":true}

  $ s4l-cron --config c.toml --once

  $ s4l-cron --config c.toml --once --dry-run

Into the queue it goes only once, however often it is due.

  $ rm -r "$XDG_STATE_HOME"; s4l-cron --config c.toml --once --enqueue; s4l-queue ls --config c.toml | grep -o '"queue".*"type":"[a-z_]*"\|"payload.*'
  "payload":"{\"job\":\"documents\"}","state":"pending","max_retry":0,"timeout":"24h0m0s"}

A job that is paused is passed over.

  $ rm -r "$XDG_STATE_HOME"; mkdir -p "$XDG_STATE_HOME/s4l/paused"; touch "$XDG_STATE_HOME/s4l/paused/documents"; s4l-cron --config c.toml --once
