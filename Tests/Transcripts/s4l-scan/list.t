A folder counts as "name/" in the order of the listing: that is the order of object stores.

  $ mkdir -p a/b && touch -d @0 a/b/c a/b.txt a/b-x a/b0 && ln -s c a/link && mkfifo a/queue
  $ s4l-scan a | grep -v head
  {"type":"entry","path":"b-x","size":0,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"entry","path":"b.txt","size":0,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"entry","path":"b/c","size":0,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"entry","path":"b0","size":0,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"hole","path":"link","kind":"chosen","reason":"a symbolic link"}
  {"type":"hole","path":"queue","kind":"chosen","reason":"a fifo"}
  {"type":"tail","complete":true,"records":6,"entries":4,"bytes":0,"holes":2}

The names of a filter are left out on both sides of a comparison, so they travel in the head.

  $ s4l-scan -E '*.txt' -I 'b*' --no-hidden a | head -1
  {"type":"head","version":1,"tool":"s4l-scan","view":"listing","root":"*/a","order":"path","filters":["exclude=*.txt","include=b*","hidden=no"],"links":"skip"}

What is not entered is not looked at, and what lies too deep is a hole that nobody has to fear.

  $ s4l-scan -d 0 -E 'b?*' a | grep -v head
  {"type":"hole","path":"b/","kind":"chosen","reason":"deeper than was asked for"}
  {"type":"hole","path":"link","kind":"chosen","reason":"a symbolic link"}
  {"type":"hole","path":"queue","kind":"chosen","reason":"a fifo"}
  {"type":"tail","complete":true,"records":3,"entries":0,"bytes":0,"holes":3}

A choice by size is a selection: what is missing from it may well be there.

  $ s4l-scan --min-size 1 a | head -1
  {"type":"head","version":1,"tool":"s4l-scan","view":"selection","root":"*/a","order":"path","links":"skip"}

A folder that is not there has no listing, not an empty one.

  $ s4l-scan nowhere
  ! s4l-scan: nowhere: No such file or directory
  [66]

A folder that nobody may read is a hole, and the listing is complete all the same.

  $ mkdir a/shut && touch a/shut/x && chmod 000 a/shut
  $ s4l-scan -E 'b*' -L list a | grep -v head
  {"type":"entry","path":"link","size":1,"mtime":"*","link":"c"}
  {"type":"hole","path":"queue","kind":"chosen","reason":"a fifo"}
  {"type":"hole","path":"shut/","kind":"refused","reason":"Permission denied"}
  {"type":"tail","complete":true,"records":3,"entries":1,"bytes":1,"holes":2}
  $ chmod 700 a/shut

A mount that is gone has none of what it should have.

  $ s4l-scan --sentinel .mounted a
  ! s4l-scan: a/.mounted: the sentinel: No such file or directory
  [66]

Mistakes are told with what was meant.

  $ s4l-scan --exlude x a
  ! s4l-scan: --exlude: there is no such option; did you mean --exclude?
  ! s4l-scan: try s4l-scan --help
  [64]
  $ s4l-scan -j 0 a
  ! s4l-scan: --jobs: "0" must be a whole number from 1 to 1024
  ! s4l-scan: try s4l-scan --help
  [64]

However many threads list a tree, the listing is the same: here they get far ahead of what is written.

  $ mkdir wide && (cd wide && seq 9000 | xargs mkdir && touch 1/f 5000/f 9000/f); for jobs in 1 2 3; do s4l-scan -j $jobs wide | cksum; done | sort -u | wc -l; s4l-scan -j 2 wide | tail -n 1
  1
  {"type":"tail","complete":true,"records":3,"entries":3,"bytes":0,"holes":0}
