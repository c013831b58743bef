What is newer in the target stays as it is, and what was not copied stays in the source.

  $ mkdir v w; echo OLD >v/a; touch -d '2020-01-01' v/a; echo NEWER >w/a
  $ echo same >v/b; cp v/b w/b; touch -d '2020-01-01' v/b
  $ echo new >v/c
  $ s4l-push --move --update v w >summary; cut -d, -f4-5 summary; head w/*; ls v
  "total_files":3,"uploaded_files":1
  ==> w/a <==
  NEWER
  
  ==> w/b <==
  same
  
  ==> w/c <==
  new
  a
  ! s4l-clean: warning: 1 copies were not confirmed, so their sources stay
