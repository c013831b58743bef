A source within its target is not deleted, and not copied over.

  $ mkdir -p a/b/b; echo new >a/b/x; echo deep >a/b/b/x; echo top >a/x; echo gone >a/y; touch -d 2001-01-01 a/x

  $ s4l-push --delete a/b a | grep -o '"deleted_files".*'
  "deleted_files":1,"skipped_files":0,"bytes_copied":4,"status":0}

  $ find a -type f | sort | xargs grep .
  a/b/b/x:deep
  a/b/x:new
  a/x:new

A target within its source does not grow by itself, and moving there loses nothing.

  $ mkdir -p p/sub; echo one >p/f; echo other >p/sub/f; echo more >p/sub/g

  $ s4l-push p p/new/sub && s4l-push p p/new/sub | grep -o '"uploaded_files":[0-9]*'
  *"uploaded_files":3*
  "uploaded_files":0

  $ rm -r p/new; s4l-push --move p p/sub | grep -o '"uploaded_files":[0-9]*'; find p -type f | sort | xargs grep .
  "uploaded_files":1
  p/sub/f:one
  p/sub/g:more
