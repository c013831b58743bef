Without anything by which somebody could be let in, it does not start.

  $ s4l-hook
  ! s4l-hook: hook: set token, hmac_key or allow, or nobody could be let in
  [78]

An address is no secret: who is trusted for it must be on this machine.

  $ printf '[hook]\nallow = ["127.0.0.1", "::1/128"]\n' >allow.toml

  $ s4l-hook --config allow.toml --listen 0.0.0.0:0
  ! s4l-hook: 0.0.0.0:*: others than this machine could ask here: that needs hook.token or hook.hmac_key
  [78]

  $ printf '[hook]\nallow = ["everybody"]\n' >odd.toml && s4l-hook --config odd.toml
  ! s4l-hook: hook.allow: "everybody" is no address of a host or a network
  [78]

  $ S4L_HOOK_TOKEN=x s4l-hook --listen 127.0.0.1
  ! s4l-hook: --listen: 127.0.0.1: this must be host:port
  [64]

  $ S4L_HOOK_TOKEN=x s4l-hook --root "$PWD/typo"
  ! s4l-hook: --root */typo: No such file or directory
  [66]

  $ S4L_HOOK_TOKEN=x s4l-hook --listen no-such-host.invalid:0
  ! s4l-hook: no-such-host.invalid:0: no such host: *
  [69]

It says where it listens, and puts what is published into the queue.

  $ mkdir -p data/a && echo hello >data/a/b && printf '[hook]\ntoken = "secret"\nroots = ["%s/data"]\n' "$PWD" >s4l.toml && chmod 600 s4l.toml

  $ : >said; s4l-hook --config s4l.toml --url queue.db --to data --listen 127.0.0.1:0 2>>said & echo $! >pid
  > until grep -q listening said; do sleep 0.02; done; sed 's/.*http/http/' said >where

  $ cat said
  s4l-hook: listening on http://127.0.0.1:*

  $ curl -s -H "Authorization: Bearer secret" -d "{\"from\":\"$PWD/data/a\",\"to\":\"store\"}" $(cat where)/publish
  {"status":"ok"}

  $ curl -s -H "Authorization: Bearer secret" -d "[{\"from\":\"$PWD/data/a/b\",\"to\":\"store/b\",\"overwrite\":true}]" $(cat where)/publish
  {"status":"ok"}

  $ curl -s -w '%{http_code}\n' -H "Authorization: Bearer secret" -d '[{"from":"/etc","to":"store"}]' $(cat where)/publish
  {"error":"forbidden"}
  403

  $ curl -s -w '%{http_code}\n' -H "Authorization: Bearer secret" -d "[{\"from\":\"$PWD/data/a\",\"to\":\"x\"},{\"from\":\"$PWD/data/x\",\"to\":\"x\"}]" $(cat where)/publish
  {"error":"bad request"}
  400

  $ curl -s -w '%{http_code}\n' -d '[]' $(cat where)/publish
  {"error":"unauthorized"}
  401

  $ curl -s -w '%{http_code}\n' -H "Authorization: Bearer secret" $(cat where)/check/a/b
  {"exists":true,"size":6}
  200

  $ curl -s -w '%{http_code}\n' -H "Authorization: Bearer secret" $(cat where)/check/a/c
  {"exists":false}
  404

  $ curl -s -i -X DELETE $(cat where)/publish | tr -d '\r' | grep -i -e '^HTTP' -e '^Allow'
  HTTP/1.1 405 Method Not Allowed
  Allow: POST

A port that is taken is said to be.

  $ S4L_HOOK_TOKEN=x s4l-hook --listen $(sed s,http://,, where)
  ! s4l-hook: 127.0.0.1:*: Address already in use
  [69]

  $ kill $(cat pid); while kill -0 $(cat pid) 2>/dev/null; do sleep 0.02; done; cat said
  s4l-hook: listening on http://127.0.0.1:*
  s4l-hook: warning: a request of 127.0.0.1 is refused: item 1: /etc: it lies outside the roots
  s4l-hook: warning: a request of 127.0.0.1 is refused: item 2: */data/x: No such file or directory
  s4l-hook: warning: a request of 127.0.0.1 is not let in: it has neither token nor signature, and hook.allow does not name its address
  s4l-hook: warning: stopped by signal 15

  $ s4l-queue --url queue.db ls | grep '"payload"' | sed 's/.*"payload"://; s/,"state".*//' | sort
  "{\"folder_path\":\"*/data/a\",\"prefix\":\"store\"}"
  "{\"overwrite\":true,\"pairs\":[{\"from\":\"*/data/a/b\",\"to\":\"store/b\"}]}"
