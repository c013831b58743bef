The environment is over the file, the file over the defaults, and secrets are not shown.

  $ printf '[redis]\naddr = "db:6379"\npassword = "hunter2"\n' >s4l.toml && chmod 600 s4l.toml

  $ S4L_REDIS_DB=3 s4l-conf show --config s4l.toml --origin | sed -n '/redis/,/tls/p'
  [redis]
  addr = "db:6379"  # s4l.toml:2
  password = "[redacted]"  # s4l.toml:3
  db = 3  # $S4L_REDIS_DB
  tls = false  # default

One value at a time.

  $ SYNC4LOONG_REDIS_ADDR=other:1 s4l-conf get redis.addr --config s4l.toml
  other:1

  $ S4L_CONFIG=s4l.toml s4l-conf get redis.password
  ! s4l-conf: redis.password: a secret is not shown
  [77]

  $ s4l-conf get redis.adr
  ! s4l-conf: redis.adr: there is no such key; the nearest is redis.addr
  [64]

  $ s4l-conf get
  ! s4l-conf: get: a KEY is missing
  [64]

A variable that cannot be meant is a warning, a wrong one an error.

  $ S4L_REDIS_ADR=a:1 s4l-conf get redis.addr --config s4l.toml
  db:6379
  ! s4l-conf: warning: S4L_REDIS_ADR: no key can be set by this; the nearest is S4L_REDIS_ADDR

  $ S4L_REDIS_DB=hunter2 s4l-conf get redis.addr --config s4l.toml
  ! s4l-conf: S4L_REDIS_DB: redis.db: this is no integer; allowed is an integer from 0 to 15
  ! s4l-conf: s4l.toml: 1 error; nothing was done
  [78]

A file with a secret that everybody may read earns a warning.

  $ chmod 644 s4l.toml && s4l-conf get redis.addr --config s4l.toml
  db:6379
  ! s4l-conf: warning: s4l.toml:1:1: this file holds a secret and others may read it; chmod 600 keeps them out
