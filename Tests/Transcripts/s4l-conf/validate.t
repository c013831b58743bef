Everything that is wrong is told at once, with its place and what is allowed.

  $ printf '[daemon]\nconcurrency = 0\nlog_levle = "info"\n' >s4l.toml

  $ s4l-conf validate --config s4l.toml
  ! s4l-conf: s4l.toml:2:15: daemon.concurrency: 0 is out of range; allowed is an integer from 1 to 100
  ! s4l-conf: warning: s4l.toml:3:1: daemon.log_levle: unknown key; the nearest is log_level
  [78]

A warning alone does not fail, unless asked to.

  $ printf '[daemon]\nlog_levle = "info"\n' >s4l.toml

  $ s4l-conf validate --config s4l.toml
  ! s4l-conf: warning: s4l.toml:2:1: daemon.log_levle: unknown key; the nearest is log_level

  $ s4l-conf validate --config s4l.toml --strict
  ! s4l-conf: s4l.toml:2:1: daemon.log_levle: unknown key; the nearest is log_level
  [78]

What is no TOML is refused without repeating it.

  $ printf '[redis]\npassword = hunter2\n' >s4l.toml

  $ s4l-conf validate --config s4l.toml
  ! s4l-conf: s4l.toml:2:12: in a value: could not determine value type
  [78]

A file that is asked for must exist.

  $ s4l-conf validate --config none.toml
  ! s4l-conf: none.toml: No such file or directory
  [66]

Schedules are read as s4l-cron reads them.

  $ printf '[[sync_jobs]]\nid = "a"\nsource_path = "/a"\ndestination_path = "/b"\n[sync_jobs.schedule]\ntype = "cron"\nexpression = "61 * * * *"\n' >cron.toml; s4l-conf validate --config cron.toml
  ! s4l-conf: cron.toml:7:14: *schedule.expression: 61 * * * *: "61" is no minute: 0 to 59 is
  [78]
