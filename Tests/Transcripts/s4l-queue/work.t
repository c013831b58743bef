A task is queued, worked and gone; what its command wrote is the result.

  $ s4l-queue push --type mail 'to: you'
  {"type":"task","id":"*","queue":"default","task_type":"mail","payload":"to: you","state":"pending","max_retry":25,"timeout":"30m0s"}
  $ s4l-queue work --until-empty -- sh -c 'cat; echo " sent"'
  {"type":"verdict","id":"*","queue":"default","task_type":"mail","ok":true,"result":"to: you sent\n","state":"completed","attempt":1,"duration":"*"}
  $ s4l-queue ls

The command finds in its environment what task it works on.

  $ s4l-queue push --type t --id A1 --max-retry 3 --timeout 1m x >/dev/null
  $ s4l-queue work --until-empty -- sh -c 'env | grep S4L_TASK | grep -v LIMIT | sort >&2; exit 3' >/dev/null
  ! S4L_TASK_ATTEMPT=1
  ! S4L_TASK_ID=A1
  ! S4L_TASK_MAX_RETRY=3
  ! S4L_TASK_QUEUE=default
  ! S4L_TASK_TYPE=t
  $ s4l-queue delete A1

The exit status says what becomes of the task: given up, delayed without counting, or tried again.

  $ for status in 64 65 70 78 75 1; do s4l-queue push --type t --id $status --max-retry 1 x; done >/dev/null
  $ s4l-queue work -c 1 --until-empty -- sh -c 'exit $S4L_TASK_ID' | sed 's/,"due".*}/}/; s/,"attempt.*}/}/'
  {"type":"verdict","id":"64","queue":"default","task_type":"t","ok":false,"kind":"usage","reason":"exit status 64","state":"archived"}
  {"type":"verdict","id":"65","queue":"default","task_type":"t","ok":false,"kind":"data","reason":"exit status 65","state":"archived"}
  {"type":"verdict","id":"70","queue":"default","task_type":"t","ok":false,"kind":"bug","reason":"exit status 70","state":"archived"}
  {"type":"verdict","id":"78","queue":"default","task_type":"t","ok":false,"kind":"config","reason":"exit status 78","state":"archived"}
  {"type":"verdict","id":"75","queue":"default","task_type":"t","ok":false,"kind":"later","reason":"exit status 75","state":"retry"}
  {"type":"verdict","id":"1","queue":"default","task_type":"t","ok":false,"reason":"exit status 1","state":"retry"}
  $ s4l-queue show 75 1 | sed 's/,"due".*}/}/'
  {"type":"task","id":"75","queue":"default","task_type":"t","payload":"x","state":"retry","max_retry":1,"last_error":"exit status 75","timeout":"30m0s"}
  {"type":"task","id":"1","queue":"default","task_type":"t","payload":"x","state":"retry","max_retry":1,"retried":1,"last_error":"exit status 1","timeout":"30m0s"}

What was tried often enough is archived, with the end of what it said; bytes that are no text are
made one.

  $ s4l-queue retry 1
  $ s4l-queue work --until-empty -- sh -c 'printf "caf\351\033[1m: no\n" >&2; kill -9 $$' 2>/dev/null
  {"type":"verdict","id":"1","queue":"default","task_type":"t","ok":false,"reason":"killed by signal 9: caf�[1m: no","state":"archived","attempt":2,"duration":"*"}

A task that takes too long is ended, with all that it started.

  $ s4l-queue push --type t --id slow --timeout 1s --max-retry 0 x >/dev/null
  $ s4l-queue work --until-empty -- sh -c 'sleep 1000 & echo $! >pid; wait'
  {"type":"verdict","id":"slow","queue":"default","task_type":"t","ok":false,"reason":"context deadline exceeded","state":"archived","attempt":1,"duration":"*"}
  $ case $(ps -o stat= -p $(cat pid)) in ""|Z*) echo gone ;; esac
  gone

A command that cannot be found takes nothing.

  $ s4l-queue push --queue q --type t --id left x >/dev/null
  $ s4l-queue work --queue q --until-empty -- no-such-program
  ! s4l-queue: no-such-program: there is no such program
  [69]
  $ s4l-queue work --queue q --until-empty -- ./no-such-program
  ! s4l-queue: ./no-such-program: there is no such program
  [69]
  $ s4l-queue show left
  {"type":"task","id":"left","queue":"q","task_type":"t","payload":"x","state":"pending","max_retry":25,"timeout":"30m0s"}

A handler that goes on reads tasks and writes verdicts; one of them it does not want.

  $ cat >handler <<'END'
  > while read -r line; do
  >   case $line in
  >     *'"payload":"bad"'*) echo "$line" | sed 's/.*"id":"\([^"]*\)".*/{"type":"verdict","id":"\1","ok":false,"kind":"data","reason":"never"}/' ;;
  >     *) echo "$line" | sed 's/.*"id":"\([^"]*\)".*/{"type":"verdict","id":"\1","ok":true}/' ;;
  >   esac
  > done
  > END
  $ for id in one two bad; do s4l-queue push --queue s --type t --id $id $id; done >/dev/null
  $ s4l-queue work --queue s --until-empty -c 1 --stream -- sh handler
  {"type":"verdict","id":"one","queue":"s","task_type":"t","ok":true,"state":"completed","attempt":1,"duration":"*"}
  {"type":"verdict","id":"two","queue":"s","task_type":"t","ok":true,"state":"completed","attempt":1,"duration":"*"}
  {"type":"verdict","id":"bad","queue":"s","task_type":"t","ok":false,"kind":"data","reason":"never","state":"archived","attempt":1,"duration":"*"}

A handler that ends has done what it had in hand badly.

  $ s4l-queue push --queue e --type t --id lost --max-retry 0 x >/dev/null
  $ s4l-queue work --queue e --until-empty --stream -- sh -c 'read line; exit 5'
  {"type":"verdict","id":"lost","queue":"e","task_type":"t","ok":false,"reason":"the handler ended: exit status 5","state":"archived","attempt":1,"duration":"*"}
  ! s4l-queue: the handler ended: exit status 5

One that says what is no verdict has failed, and is ended with all that it had in hand.

  $ s4l-queue push --queue g --type t --id odd --max-retry 0 x >/dev/null
  $ s4l-queue work --queue g --until-empty --stream -- sh -c 'read line; echo done; read line'
  {"type":"verdict","id":"odd","queue":"g","task_type":"t","ok":false,"reason":"the handler ended: killed by signal 15","state":"archived","attempt":1,"duration":"*"}
  ! s4l-queue: the handler is ended: what it said is no verdict: expected a JSON object line=done
  ! s4l-queue: the handler ended: killed by signal 15
