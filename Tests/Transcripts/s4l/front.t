The front command becomes the tool it names; the arguments are handed on as they are.

  $ mkdir bin && printf '#!/bin/sh\nprintf "<%%s>" "$@"; echo\nexit 3\n' > bin/s4l-mine
  $ chmod +x bin/s4l-mine
  $ PATH=$PWD/bin:$PATH s4l mine --help -- 'a b' ''
  <--help><--><a b><>
  [3]

Whatever is called s4l-NAME on PATH is listed, behind our own.

  $ PATH=$PWD/bin:$PATH s4l help | sed -n '1p; /scan/p; /elsewhere/,/^$/p'
  s4l keeps folders and stores in step: s4l TOOL [ARGUMENT]...
    scan        list the files of a folder as records
  Tools from elsewhere:
    mine
  

A tool that is mistyped is suggested; nothing is ever run by guessing.

  $ s4l scna
  ! s4l: scna: there is no such tool; did you mean scan?
  [127]
  $ s4l sc
  ! s4l: sc: there is no such tool
  [127]
  $ s4l ../bin/s4l-mine
  ! s4l: ../bin/s4l-mine: there is no such tool
  [127]

Found but not to be run is something else.

  $ echo > bin/s4l-blocked
  $ PATH=$PWD/bin:$PATH s4l blocked
  ! s4l: */bin/s4l-blocked: it is there, but may not be run
  [126]
  $ printf '#!/nowhere/interpreter\n' > bin/s4l-lost && chmod +x bin/s4l-lost
  $ PATH=$PWD/bin:$PATH s4l lost
  ! s4l: */bin/s4l-lost: No such file or directory
  [126]

Without a command there is nothing to do.

  $ s4l
  ! s4l: a command is missing; try s4l help
  [64]

A tool starts with the signals of a fresh shell, save those that were ignored on purpose.

  $ printf '#!/bin/sh\nsed -n "/SigIgn/s/.*\\(.......\\)$/\\1/p" /proc/self/status\n' > bin/s4l-signals && chmod +x bin/s4l-signals
  $ PATH=$PWD/bin:$PATH; env --ignore-signal=PIPE,TERM,USR1 s4l signals
  0000000
  $ PATH=$PWD/bin:$PATH; env --ignore-signal=HUP s4l signals
  0000001

What variables say of messages is held to the same words as the options.

  $ mkdir empty; S4L_LOG_LEVEL=loud S4L_LOG_FORMAT=xml s4l-scan empty >/dev/null
  ! s4l-scan: warning: S4L_LOG_LEVEL: "loud" must be one of trace, debug, info, warn, error, fatal
  ! s4l-scan: warning: S4L_LOG_FORMAT: "xml" must be one of plain, pretty, logfmt, json

  $ S4L_LOG_LEVEL=loud s4l-scan -q empty >/dev/null

  $ S4L_LOG_LEVEL=loud s4l-push empty copy >/dev/null
  ! s4l-push: warning: S4L_LOG_LEVEL: "loud" must be one of trace, debug, info, warn, error, fatal
