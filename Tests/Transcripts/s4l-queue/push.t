Tasks come as records; what a record does not say, the options say.

  $ printf '%s\n' '{"type":"task","id":"1","payload":"a"}' '{"type":"task","id":"2","task_type":"u","queue":"r","max_retry":0,"timeout":"90s","retention":"1h","payload":{"x":[1,2]}}' | s4l-queue push --type t --queue q
  {"type":"task","id":"1","queue":"q","task_type":"t","payload":"a","state":"pending","max_retry":25,"timeout":"30m0s"}
  {"type":"task","id":"2","queue":"r","task_type":"u","payload":"{\"x\":[1,2]}","state":"pending","max_retry":0,"timeout":"1m30s","retention":"1h0m0s"}

None is no mistake. What is no task is passed on, but where there is nothing else that is one.

  $ s4l-queue push --type t </dev/null
  $ printf '{"path":"a"}\n' | s4l-queue push --type t
  {"path":"a"}
  ! s4l-queue: warning: none of the 1 records was its own: all were forwarded
  ! s4l-queue: stdin: nothing was queued: a task is a record with "type":"task"
  [65]

Payloads are bytes.

  $ printf 'a\377\n' >bytes && s4l-queue push --type t --id b --payload-file bytes
  {"type":"task","id":"b","queue":"default","task_type":"t","payload_bytes":"Yf8K","state":"pending","max_retry":25,"timeout":"30m0s"}
  $ s4l-queue work --until-empty -- cmp - bytes
  {"type":"verdict","id":"b","queue":"default","task_type":"t","ok":true,"state":"completed","attempt":1,"duration":"*"}

An id is taken as long as there is a task of it.

  $ s4l-queue push --queue q --type t --id 1 x
  {"type":"verdict","id":"1","queue":"q","ok":false,"kind":"refused","reason":"there is a task of this id already"}
  ! s4l-queue: warning: there is a task of this id already id=1
  [1]

A task that waits or runs stands for its like.

  $ s4l-queue push --queue u --type t --id first --unique x
  {"type":"task","id":"first","queue":"u","task_type":"t","payload":"x","state":"pending","max_retry":25,"timeout":"30m0s"}
  $ s4l-queue push --queue u --type t --id second --unique x
  {"type":"task","id":"first","queue":"u","task_type":"t","payload":"x","state":"pending","max_retry":25,"timeout":"30m0s"}
  $ s4l-queue push --queue u --type t --id other --unique y | cut -c1-40
  {"type":"task","id":"other","queue":"u",
  $ s4l-queue work --queue u --until-empty -- true | wc -l
  2
  $ s4l-queue push --queue u --type t --id second --unique x | cut -c1-40
  {"type":"task","id":"second","queue":"u"

What shall happen once it is quiet waits for the latest moment.

  $ s4l-queue push --queue p --type refresh --id r1 --at 2100-01-01T00:00:00Z --postpone ''
  {"type":"task","id":"r1","queue":"p","task_type":"refresh","payload":"","state":"scheduled","max_retry":25,"timeout":"30m0s","due":"2100-01-01T00:00:00Z"}
  $ s4l-queue push --queue p --type refresh --id r2 --at 2100-01-02T00:00:00Z --postpone ''
  {"type":"task","id":"r1","queue":"p","task_type":"refresh","payload":"","state":"scheduled","max_retry":25,"timeout":"30m0s","due":"2100-01-02T00:00:00Z"}
  $ s4l-queue ls --queue p | wc -l
  1

Mistakes are told by name.

  $ s4l-queue push x
  ! s4l-queue: push: the type is missing
  [64]
  $ s4l-queue push --type t --queue ' ' x
  ! s4l-queue: --queue: " " must be the name of a queue, or NAME=WEIGHT with a whole number from 1
  ! s4l-queue: try s4l-queue --help
  [64]
  $ s4l-queue push --type t --until-empty x
  ! s4l-queue: --until-empty: it goes with work, not with push
  ! s4l-queue: try s4l-queue --help
  [64]
  $ s4l-queue push --type t --queue q=3 x
  ! s4l-queue: --queue: "q": only work weighs queues
  [64]
  $ s4l-queue push --type t --header x y
  ! s4l-queue: --header: "x" must be NAME=VALUE
  [64]
  $ s4l-queue push --type t --url redis://:secret@localhost/0 x
  ! s4l-queue: redis://: an address holds no password; [redis] of s4l.conf(5) takes it
  [64]
  $ s4l-queue push --type t --url amqp://localhost x
  ! s4l-queue: amqp: queues are kept in a file, or at redis:// or rediss://
  [64]
  $ s4l-queue push --type t --url redis://127.0.0.1:1 x
  ! s4l-queue: redis://127.0.0.1:1: Connection refused
  [69]
