With --differing the target of each file is looked at before it is copied.

  $ mkdir a b; echo one >a/1; echo two >a/2; echo three >a/3; echo ONE >b/1; echo 2 >b/2

  $ s4l-scan a | s4l-put --differing b | grep -o '"path":"."\|"did":"[a-z]*"' | paste -sd' '
  "path":"1" "did":"keep" "path":"2" "did":"copy" "path":"3" "did":"copy"

  $ grep . b/*
  b/1:ONE
  b/2:two
  b/3:three

A file that a plan keeps is copied anew if it cannot be confirmed, unless that is not to be.

  $ s4l-scan a | s4l-diff --all --compare size b | s4l-put --confirm --no-resend b | grep -o '"path":"."\|"ok":.*' | head -n 2
  "path":"1"
  "ok":false,"kind":"refused","reason":"the target has other bytes, and they are not to be replaced"}

  $ cat b/1
  ONE

  $ s4l-scan a | s4l-diff --all --compare size b | s4l-put --confirm b >/dev/null; cat b/1
  one
