internal import Core

/// Tasks: where they queue, how they are published, who may send them.
extension Schema {
  static let queue = Section(
    "queue", readBy: ["s4l-queue", "s4l-publish", "s4l-hook", "s4l-run"],
    "Where tasks queue.",
    [
      Setting(
        "url", .text,
        "A file, or redis://[USER@]HOST[:PORT][/DB], which holds no password; without it the "
          + "server of [redis], or else a file below $XDG_STATE_HOME.",
        example: "/var/lib/s4l/queue.db"
      ).written
    ])

  static let redis = Section(
    "redis", readBy: ["s4l-queue", "s4l-publish", "s4l-hook", "s4l-run"],
    "A Redis server for the queue. Any key here, or its variable, selects Redis over SQLite.",
    [
      Setting("addr", .address, default: "localhost:6379", "Host and port."),
      Setting("user", .text, "The user, where the server has users.", example: "worker"),
      Setting("password", .secret, "The password."),
      Setting("db", .integer(0...15), default: 0, "The number of the database."),
      Setting("tls", .flag, default: false, "Speak TLS."),
      Setting("ca_file", .path, "Certificates to trust.", example: "/etc/s4l/ca.pem"),
      Setting(
        "sentinels", .list(of: .address), "Sentinels to ask for the server.",
        example: ["sentinel-1:26379", "sentinel-2:26379"]),
      Setting("master", .text, "Its name among the sentinels.", example: "mymaster"),
    ])

  static let publish = Section(
    "publish", readBy: ["s4l-publish", "s4l-hook", "s4l-run"],
    "What a published task is given along.",
    [
      Setting("max_retry", .integer(0...10), default: 3, "How often a failed task is tried again."),
      Setting("timeout_minutes", .integer(1...1440), default: 30, "How long a task may take."),
    ])

  static let hook = Section(
    "hook", readBy: ["s4l-hook"], "The receiver of webhooks and publish requests.",
    [
      Setting("listen", .address, default: "127.0.0.1:8321", "Where it answers."),
      Setting("token", .secret, "What a request must bring as its bearer token."),
      Setting("hmac_key", .secret, "The key with which a request is signed instead."),
      Setting("allow", .list(of: .text), "Addresses that need neither.", example: ["192.0.2.7"]),
      Setting(
        "roots", .list(of: .path), "Folders below which a request may name files.",
        example: ["/data/nix-store"]),
      Setting("body_limit", .size, default: "1MiB", "The longest request."),
      Setting("queue", .text, default: "default", "The queue that published tasks go to."),
      Setting(
        "check_time", .span, default: "10s",
        "How long holds what was found out about a file in the bucket."),
      Setting(
        "events", .flag, default: true, "Whether it takes what cloud drives tell of their files."),
      Setting(
        "debounce", .span, default: "5s",
        "How long such events gather before a task acts on them."),
      Setting(
        "inbox_limit", .size, default: "256MiB",
        "How much of them is kept for one job; what is more is refused."),
    ])
}
