import Command
import Core
import Queues
import Stores

extension Hook {
  static var page: Page {
    Page(
      name: "s4l-hook",
      summary: "receive publish requests and webhooks, answer checks",
      description: [
        "s4l-hook answers requests over HTTP until it is told to stop. It listens on "
          + "127.0.0.1:8321, or where {--listen} or listen in [hook] of s4l.conf(5) says, and "
          + "tells on standard error where that is. In front of others than this machine it "
          + "belongs behind a server that speaks TLS.",
        "POST /publish queues the upload of folders and files. The body is a JSON list of objects, "
          + "or one of them: \"from\" is the absolute path of a folder or file (also spelled "
          + "\"folder_path\"), \"to\" the prefix that the files of the folder, or the key that the "
          + "file gets (also \"prefix\" or \"key\"). \"delete_after_sync\" and \"overwrite\", each "
          + "true or false, may be added. Each item becomes a task of type file_sync in the queue "
          + "default, or that of {--queue}, which s4l-queue(1) and s4l-run(1) work on; max_retry "
          + "and timeout_minutes of [publish] are given along. All are kept durably before the "
          + "answer 200 {\"status\":\"ok\"}.",
        "Nothing is queued, of all items, where one of them is malformed, has a member that is "
          + "not known, or names what is not there or empty, or where two would get the same key: "
          + "400 {\"error\":\"bad request\"}. "
          + "Where one lies outside of the folders {--root}, or roots in [hook], links resolved: "
          + "403 {\"error\":\"forbidden\"}. 413 answers a body of more than body_limit; 503, with "
          + "Retry-After, says that the queue cannot be reached, and a request to which no answer "
          + "came at all may have been queued or not. In both cases it can be sent again without "
          + "being queued twice, if it has a header Idempotency-Key of the sender's choice and is "
          + "otherwise the same: for a day after they are done, its tasks are known again by "
          + "that, also if their files have gone by then. Why a request is refused is a warning in "
          + "the log, and is not told to whoever asks.",
        "GET /check/KEY tells whether there is a file of this key in the bucket of [s3], or at the "
          + "location {--to}: 200 {\"exists\":true,\"size\":BYTES} or 404 {\"exists\":false}. What "
          + "was found holds for check_time in [hook], 10 seconds unless set; many who ask for one "
          + "key at once are answered by one request. 502 says that the store cannot be asked. A "
          + "KEY is percent-encoded as usual, and may hold slashes.",
        Hook.eventsProse, Hook.driveProse,
        "GET /healthz answers 200 {\"status\":\"ok\"} to anybody. Another path is 404 "
          + "{\"error\":\"not found\"}, and another method 405 "
          + "{\"error\":\"method not allowed\"}, with Allow.",
        "All else needs one of three. A bearer token, which is token in [hook], in a header "
          + "Authorization: Bearer TOKEN. Or a signature under hmac_key in [hook], in a header "
          + "X-S4L-Signature: sha256=HEX, which is the HMAC-SHA256 of the body. With a header "
          + "X-S4L-Timestamp, in seconds since 1970, it is that of the time, a newline, the "
          + "method, a newline, the target with its query as sent, a newline, the value of "
          + "Idempotency-Key or nothing, a newline, and the body; it is good for five minutes, "
          + "and whoever sends the same request again in that time has it queued once. GET is "
          + "always signed so. Or an address in allow in [hook], such as 192.0.2.7 or "
          + "192.0.2.0/24, unless a browser asks on behalf of a page. Others get 401. Without any "
          + "of the three s4l-hook does not start, and without a token or key it does not listen "
          + "where others than this machine can ask. No secret is given on the command line: "
          + "token_file and hmac_key_file in [hook], or S4L_HOOK_TOKEN and S4L_HOOK_HMAC_KEY, "
          + "take them as well. The places for events also take the token as the password of a "
          + "user of any name (Basic), or as the parameter token or apikey of the query.",
        "A signal to stop has it take no more connections, answer what is in hand within 20 "
          + "seconds, and end by that signal. A client that is slow or hostile costs one of 1,024 "
          + "connections for a minute at most.",
        QueueChoice.prose,
      ],
      environment: QueueChoice.variables + [
        ("S4L_HOOK_TOKEN, S4L_HOOK_HMAC_KEY", "The secrets by which requests are let in."),
        ("S4L_HOOK_TOKEN_FILE, S4L_HOOK_HMAC_KEY_FILE", "Files that hold them."),
      ] + Stores.variables.filter { $0.name != "S4L_CONFIG" },
      files: QueueChoice.files + [
        ("$XDG_STATE_HOME/s4l/inbox/", "Events that no run has taken yet, a file for each job.")
      ],
      statuses: [.success, .usage, .absent, .unavailable, .io, .refused, .config],
      examples: [
        .init(
          "Let a build machine publish what lies in its store; a file holds the token.",
          "S4L_HOOK_TOKEN_FILE=/etc/s4l/token s4l hook --root /data/nix-store"),
        .init(
          "Publish a folder; the file head holds the line Authorization: Bearer TOKEN.",
          #"""
          curl -H @head \
            -d '[{"from":"/data/nix-store/a","to":"store"}]' \
            http://127.0.0.1:8321/publish
          """#),
        .init(
          "Sign instead.",
          #"""
          sum=$(openssl dgst -sha256 -hmac "$KEY" -r items | cut -c-64)
          curl -H "X-S4L-Signature: sha256=$sum" --data-binary @items \
            http://127.0.0.1:8321/publish
          """#),
        .init(
          "Ask whether a file is in the bucket.",
          "curl -H @head http://127.0.0.1:8321/check/store/bin/bash"),
        .init(
          "Ask by a signature, with its time.",
          #"""
          TS=$(date +%s)
          sum=$(printf '%s\nGET\n/check/store/bin/bash\n\n' "$TS" |
            openssl dgst -sha256 -hmac "$KEY" -r | cut -c-64)
          curl -H "X-S4L-Timestamp: $TS" -H "X-S4L-Signature: sha256=$sum" \
            http://127.0.0.1:8321/check/store/bin/bash
          """#),
        .init(
          "Tell of a film that is new, as a program of one's own might.",
          #"""
          curl -H @head \
            -d '{"job":"films","events":[{"event":"create","path":"/115/a.mkv"}]}' \
            http://127.0.0.1:8321/api/v1/webhook/events
          """#),
      ],
      related: ["s4l-publish(1)", "s4l-queue(1)", "s4l-run(1)", "s4l.conf(5)"])
  }
}
