A source within the folder that is cleaned stays, whatever the plan or the listing says.

  $ mkdir -p a/b; echo x >a/b/x; echo x >a/x; echo x >a/gone; echo x >a/b/y; echo x >a/y; echo x >a/b/z; echo x >a/z

  $ s4l-scan a/b | s4l-clean --orphans --max-delete 90% a | grep -c '"did":"delete","ok":true'; find a -type f | sort | tr '\n' ' '
  1
  a/b/x a/b/y a/b/z a/x a/y a/z 
