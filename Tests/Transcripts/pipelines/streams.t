A stream may say anything: no tool that changes files leaves its folder, whatever a record names.

  $ mkdir -p src top/dst out && seq 9 > src/a && echo victim > top/victim && echo victim > out/f
  $ ln -s ../../out top/dst/away && ln -s ../victim top/dst/named && mkdir top/dst/.s4l && touch top/dst/.s4l/x
  $ cat > paths <<'END'
  > ../victim
  > a/../../victim
  > a/../b
  > /tmp/victim
  > ./a
  > a//b
  > .s4l/x
  > d/.s4l-x
  > away/f
  > away/new
  > nul\u0000
  > ..
  > .
  > a/.
  > END
  $ cat > plan <<'END'
  > printf '{"type":"head","version":1,"tool":"x","view":"plan","left":"%s/src","right":"%s/top/dst"}\n' "$PWD" "$PWD"
  > while read -r path; do printf "$1" "$path"; done < paths
  > printf '{"type":"tail","complete":true,"records":%s,"holes":0,"target_entries":100}\n' $(wc -l < paths)
  > END
  $ cat > fates <<'END'
  > grep -o '"did":.*' | sort | uniq -c
  > END
  $ sh plan '{"type":"change","path":"a","target":"%s","do":"copy","to":"right","size":18}\n' | s4l-put top/dst | sh fates
        2 "did":"copy","ok":false,"kind":"data","reason":"names that start with .s4l are reserved"}
        4 "did":"copy","ok":false,"kind":"data","reason":"the path has a part \"..\""}
        3 "did":"copy","ok":false,"kind":"data","reason":"the path has a part \".\""}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path has an empty part"}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path holds a NUL byte"}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path is absolute"}
        2 "did":"copy","ok":false,"kind":"refused","reason":"a symbolic link leads out of the target folder"}
  $ sh plan '{"type":"change","path":"a","target":"%s","do":"copy","to":"right","size":18}\n' | s4l-get top/dst | sh fates
        2 "did":"copy","ok":false,"kind":"data","reason":"names that start with .s4l are reserved"}
        4 "did":"copy","ok":false,"kind":"data","reason":"the path has a part \"..\""}
        3 "did":"copy","ok":false,"kind":"data","reason":"the path has a part \".\""}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path has an empty part"}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path holds a NUL byte"}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path is absolute"}
        2 "did":"copy","ok":false,"kind":"refused","reason":"a symbolic link leads out of the target folder"}
  $ sh plan '{"type":"change","path":"%s","do":"copy","to":"right","size":18}\n' | s4l-put top/dst | sh fates
        2 "did":"copy","ok":false,"kind":"data","reason":"names that start with .s4l are reserved"}
        4 "did":"copy","ok":false,"kind":"data","reason":"the path has a part \"..\""}
        3 "did":"copy","ok":false,"kind":"data","reason":"the path has a part \".\""}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path has an empty part"}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path holds a NUL byte"}
        1 "did":"copy","ok":false,"kind":"data","reason":"the path is absolute"}
        2 "did":"vanished","ok":true}
  $ sh plan '{"type":"change","path":"%s","do":"delete","to":"right"}\n' | s4l-clean --allow-empty top/dst | sh fates
        2 "did":"delete","ok":false,"kind":"refused","reason":"a symbolic link stands on the way"}
        2 "did":"delete","ok":false,"kind":"refused","reason":"names that start with .s4l are reserved"}
        4 "did":"delete","ok":false,"kind":"refused","reason":"the path has a part \"..\""}
        3 "did":"delete","ok":false,"kind":"refused","reason":"the path has a part \".\""}
        1 "did":"delete","ok":false,"kind":"refused","reason":"the path has an empty part"}
        1 "did":"delete","ok":false,"kind":"refused","reason":"the path holds a NUL byte"}
        1 "did":"delete","ok":false,"kind":"refused","reason":"the path is absolute"}
  $ while read -r path; do printf '{"path":"%s"}\n' "$path"; done < paths | s4l-put --from src top/dst | grep -c '"ok":true'
  0
  [1]
  $ find top out | sort; cat top/victim out/f
  out
  out/f
  top
  top/dst
  top/dst/.s4l
  top/dst/.s4l/x
  top/dst/away
  top/dst/named
  top/victim
  victim
  victim

Patterns in a head that came from elsewhere are patterns, and a plan for other folders is refused.

  $ s4l-scan src | s4l-diff --delete top/dst | s4l-clean --allow-empty out
  ! s4l-clean: */out: the plan is for */src and */top/dst, not for this location; --side would choose one
  [64]
  $ cat out/f
  victim

A stage whose output cannot be written says so, and nothing is lost by it.

  $ rm -r top out; mkdir dst; seq 8 > dst/orphan
  $ s4l-scan src > /dev/full
  ! s4l-scan: stdout: No space left on device
  [74]
  $ s4l-scan src | s4l-diff --delete dst > /dev/full
  ! s4l-diff: stdout: No space left on device
  [74]
  $ s4l-scan src | s4l-diff --delete dst | s4l-put dst > /dev/full
  ! s4l-put: stdout: No space left on device
  [74]
  $ s4l-scan src >&-
  ! s4l-scan: stdout: Bad file descriptor
  [74]
  $ s4l-diff dst <&-
  ! s4l-diff: stdin: Bad file descriptor
  [74]
  $ s4l-scan src | s4l-diff --delete dst 2>&- | s4l-put -q dst 2>&- | s4l-clean --allow-empty --max-delete 100% dst 2>&- | tail -n 1
  {"type":"tail","complete":true,"records":1,"entries":1,"bytes":16,"holes":0,"target_entries":2,"left_entries":1,"skipped":0}
  $ find dst -type f
  dst/a

Limits of the shell are met item by item.

  $ head -c 300000 /dev/zero > src/large; (ulimit -f 100; s4l-scan src | s4l-diff dst | s4l-put -q dst | grep -o '"ok":false.*')
  "ok":false,"kind":"refused","reason":"File too large"}
  $ find dst | sort
  dst
  dst/a
  $ for n in $(seq 60); do mkdir -p src/$n/x && echo $n > src/$n/x/f; done
  $ (ulimit -n 32; s4l-scan -j4 src | s4l-diff dst | s4l-put -j1 -q dst | grep -c '"ok":true'); find dst -name f | wc -l
  61
  60
