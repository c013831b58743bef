Some file systems know no rename that refuses to replace. Files go to the trash there all the same.

  $ mkdir s d t; for n in a b c; do echo $n >s/$n; cp -p s/$n d/$n; done; echo x >d/x; echo y >d/y
  $ s4l-scan s | s4l-diff --delete d | strace -f -qq -o trace -e trace=renameat2 -e inject=renameat2:error=EINVAL s4l-clean --trash t d | grep -o '"ok":.*'; ls d; find t -type f -printf '%f\n' | sort; grep -c INJECTED trace
  "ok":true}
  "ok":true}
  a
  b
  c
  x
  y
  2
