A command runs when it is quiet, at the latest at the end, and reads the records of the burst.

  $ cat >events <<'END'
  > {"type":"head","version":1,"tool":"s4l-watch","view":"events","root":"/data"}
  > {"type":"event","path":"a","event":"create"}
  > {"type":"event","path":"a","event":"write"}
  > {"type":"event","path":"b","event":"remove"}
  > {"type":"tail","complete":true,"records":3,"entries":0,"bytes":0,"holes":0}
  > END

  $ s4l-debounce --wait 1h -- sh -c 'echo run; cat' <events
  {"type":"head","version":1,"tool":"s4l-debounce","view":"events","root":"/data"}
  {"type":"event","path":"a","event":"create"}
  {"type":"event","path":"b","event":"remove"}
  {"type":"tail","complete":true,"records":2,"entries":0,"bytes":0,"holes":0}
  ! run
  ! {"type":"event","path":"a","event":"create"}
  ! {"type":"event","path":"b","event":"remove"}

It gets its arguments as they are, and nothing to read if that is not wanted.

  $ s4l-debounce --wait 1h --no-input sh -c 'echo "$@"; cat' - '' 'a  b' --timeout <events >out
  !  a  b --timeout

Records of any kind ask for it, and none at all do not.

  $ printf '{"type":"note"}\n' | s4l-debounce -- sh -c 'echo run; cat'
  {"type":"note"}
  ! run
  ! {"type":"note"}

  $ printf '' | s4l-debounce -- echo run
  ! s4l-debounce: stdin: the input is empty: not even a head arrived
  [65]

A run that fails is told, and the status says so in the end.

  $ s4l-debounce -- sh -c 'exit 3' <events >out
  ! s4l-debounce: /usr/bin/sh: it ended with status 3
  [1]

  $ s4l-debounce -- sh -c 'kill -9 $$' <events >out
  ! s4l-debounce: /usr/bin/sh: it was killed by signal 9
  [1]

  $ s4l-debounce --timeout 50ms -- sh -c 'sleep 1000; echo late' <events >out
  ! s4l-debounce: /usr/bin/sh: it was ended after 50ms, which is all the time it has
  [1]

Nothing runs in a dry run.

  $ sed 's/"root"/"dry":true,"root"/' events | s4l-debounce -- echo run
  {"type":"head","version":1,"tool":"s4l-debounce","view":"events","root":"/data","dry":true}
  {"type":"event","path":"a","event":"create"}
  {"type":"event","path":"b","event":"remove"}
  {"type":"tail","complete":true,"records":2,"entries":0,"bytes":0,"holes":0}
  ! s4l-debounce: dry run: the command does not run

What cannot be is told before anything is read.

  $ s4l-debounce -- ./nowhere <events
  ! s4l-debounce: ./nowhere: there is no such program
  [69]

  $ s4l-debounce -- nowhere <events
  ! s4l-debounce: nowhere: there is no such program
  [69]

  $ touch plain && s4l-debounce -- ./plain <events
  ! s4l-debounce: ./plain: it is there, but may not be run
  [69]

  $ s4l-debounce --timeout 1s <events
  ! s4l-debounce: --timeout: there is no COMMAND
  [64]

  $ s4l-debounce --no-input <events
  ! s4l-debounce: --no-input: there is no COMMAND
  [64]

Where the records cannot be written on, no run begins, which is said.

  $ s4l-debounce --wait 1h -- touch ran <events >/dev/full; echo $?; ls
  74
  events
  out
  plain
  ! s4l-debounce: warning: /usr/bin/touch did not run for the last records
  ! s4l-debounce: stdout: No space left on device
