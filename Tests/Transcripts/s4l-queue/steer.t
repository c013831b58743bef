Tasks are shown and steered by their ids.

  $ for id in a b c; do s4l-queue push --type t --id $id $id; done >/dev/null
  $ s4l-queue push --type t --id later --delay 1h x >/dev/null
  $ s4l-queue archive b && s4l-queue show b
  {"type":"task","id":"b","queue":"default","task_type":"t","payload":"b","state":"archived","max_retry":25,"timeout":"30m0s","due":"*"}
  $ s4l-queue retry b later && s4l-queue ls | cut -d, -f2,6
  "id":"a","state":"pending"
  "id":"c","state":"pending"
  "id":"b","state":"pending"
  "id":"later","state":"pending"
  $ s4l-queue delete a && s4l-queue show a
  ! s4l-queue: a: there is no such task
  [66]
  $ s4l-queue cancel c nothing
  ! s4l-queue: nothing: there is no such task
  [66]
  $ s4l-queue stat | sed 's/,"oldest.*}/}/'
  {"type":"queue","queue":"default","paused":false,"pending":2,"active":0,"scheduled":0,"retry":0,"archived":1,"completed":0,"processed_today":0,"failed_today":0,"processed":0,"failed":0}

A queue can be paused.

  $ s4l-queue pause --queue default
  $ s4l-queue work --until-empty -- true
  $ s4l-queue resume --queue default
  $ s4l-queue work --until-empty -- true | wc -l
  2

All tasks in a state at once, and the queue itself once it is empty.

  $ s4l-queue delete --queue default
  ! s4l-queue: default: the queue is not empty
  [77]
  $ s4l-queue delete --state archived
  ! s4l-queue: --state: delete of so many needs --queue as well
  [64]
  $ s4l-queue delete --state archived --queue default && s4l-queue ls
  ! s4l-queue: default: 1 task
  $ s4l-queue delete --queue default && s4l-queue stat

What is done is kept as long as its sender wished, and can be waited for.

  $ s4l-queue push --type t --id kept --retention 1h x >/dev/null
  $ s4l-queue wait --within 1ms kept
  ! s4l-queue: kept: it has not ended within the time given
  [75]
  $ s4l-queue work --until-empty -- echo fine >/dev/null; s4l-queue wait kept
  {"type":"task","id":"kept","queue":"default","task_type":"t","payload":"x","state":"completed","max_retry":25,"timeout":"30m0s","retention":"1h0m0s","due":"*","result":"fine\n"}

Ids belong to their queues.

  $ for queue in one two; do s4l-queue push --type t --id same --queue $queue x; done >/dev/null
  $ s4l-queue archive same
  ! s4l-queue: same: it is in one and two; --queue tells which is meant
  [64]
  $ for queue in one two; do s4l-queue archive same --queue $queue; done
  $ s4l-queue retry --state archived
  ! s4l-queue: one: 1 task
  ! s4l-queue: two: 1 task
  $ s4l-queue ls --state pending | wc -l
  2

What is not there is told by name.

  $ s4l-queue ls --queue none
  ! s4l-queue: none: there is no such queue
  [66]
  $ s4l-queue pause --queue none
  ! s4l-queue: none: there is no such queue
  [66]
  $ s4l-queue retry
  ! s4l-queue: retry: name tasks by their ids, or choose them by --state
  [64]
  $ s4l-queue work --queue one --limit two=1 -- true
  ! s4l-queue: --limit: "two" is no queue that is served
  [64]

A worker that is asked to end twice at once, as timeout(1) does, has been asked once.

  $ s4l-queue push --type t --id long --queue three x >/dev/null
  $ s4l-queue work --queue three --grace 0s -- sh -c 'touch begun; sleep 1000' >verdicts 2>/dev/null & until [ -e begun ]; do :; done; kill -TERM $!; kill -TERM $!; wait $!
  ! Terminated
  [143]
  $ cut -d, -f2,5,7 verdicts
  "id":"long","ok":false,"state":"pending"
