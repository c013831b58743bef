A folder, as a plain path or as an address.

  $ mkdir -p a/b && touch -d @0 a/b/c && printf 'twelve bytes' >a/d && touch -d @86400 a/d
  $ s4l-ls "file://$PWD/a" | grep -v head
  {"type":"entry","path":"b/c","size":0,"mtime":"1970-01-01T00:00:00Z"}
  {"type":"entry","path":"d","size":12,"mtime":"1970-01-02T00:00:00Z"}
  {"type":"tail","complete":true,"records":2,"entries":2,"bytes":12,"holes":0}

For people there are lines instead of records; what a terminal would act upon is made visible.

  $ touch -d @0 "$(printf 'a/bell\a')"
  $ s4l-ls --human a
         0 B  1970-01-01 00:00  b/c
         0 B  1970-01-01 00:00  bell\x07
        12 B  1970-01-02 00:00  d

What is not there is not the same as what is empty, and some stores are not known yet.

  $ s4l-ls nowhere
  ! s4l-ls: */nowhere: No such file or directory
  [66]
  $ s4l-ls nosuch://bucket/prefix
  ! s4l-ls: nosuch://bucket/prefix: s4l knows no stores of this kind, and there is no s4l-store-nosuch in PATH
  [69]
  $ s4l-ls drive:photos
  ! s4l-ls: drive:photos: there is no [remote.drive] in the configuration (a file of that name is written ./drive:photos)
  [66]

How often and when a drive is asked is checked, whatever is listed.

  $ s4l-ls --hours 25:00-06:00 a
  ! s4l-ls: --hours: "25:00-06:00" must be hours of the day such as 22:00-06:00 or 00:00-07:00,12:00-13:30
  ! s4l-ls: try s4l-ls --help
  [64]
  $ s4l-ls --qps 0 a
  ! s4l-ls: --qps: "0" must be how often a second, such as 2 or 0.5
  ! s4l-ls: try s4l-ls --help
  [64]
  $ s4l-ls --qps 0.5 --hours 22:00-06:00,12:00-13:00 --refresh a | grep -c '"type":"entry"'
  3
