What cannot be listened on is named.

  $ s4l-metrics --listen nowhere
  ! s4l-metrics: --listen: nowhere: this must be host:port
  [64]

  $ s4l-metrics --listen 127.0.0.1:99999
  ! s4l-metrics: --listen: 127.0.0.1:99999: this must be host:port
  [64]

It is asked over HTTP, and answers anybody whether it lives.

  $ s4l-metrics --listen 127.0.0.1:0 2>said & until grep -qs listening said; do :; done; python3 -c "
  > import sys, urllib.request
  > place = open('said').readline().split()[-1]
  > print(urllib.request.urlopen(place + '/healthz').read().decode())
  > for line in urllib.request.urlopen(place + '/metrics').read().decode().splitlines():
  >     if line.startswith(('# TYPE s4l_active', 's4l_active')): print(line)
  > "; kill $!; wait
  {"status":"ok"}
  
  # TYPE s4l_active_sync_jobs gauge
  s4l_active_sync_jobs 0
