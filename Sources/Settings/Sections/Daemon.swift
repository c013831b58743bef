internal import Core

/// What runs all the time, and how much of it at once.
extension Schema {
  private static let levels = Setting.Kind.choice(
    Log.Level.allCases.map { level in
      level == .warn ? Setting.Choice("warn", also: "warning") : Setting.Choice(level.name)
    })

  static let logging = Section(
    "log", readBy: ["s4l-daemon"],
    "Messages on standard error. The variables of these keys hold for every tool.",
    [
      Setting("level", levels, default: "warn", "The least grave level that is written."),
      Setting(
        "format", .choice(Log.Format.allCases.map { Setting.Choice($0.rawValue) }),
        "How a message is written; by default pretty or plain for a person, logfmt otherwise.",
        example: "json"),
    ])

  static let daemon = Section(
    "daemon", readBy: ["s4l-daemon", "s4l-queue", "s4l-run"],
    "The supervisor, and what follows a queued upload.",
    [
      Setting(
        "concurrency", .integer(1...100), default: 4, "Queued tasks that are worked at once."),
      Setting("log_level", levels, default: "info", "The level of the daemon and its children."),
      Setting(
        "log_file", .path, "Where messages go instead of standard error.",
        example: "/var/log/s4l.log"
      )
      .readBy("s4l-daemon").written,
      Setting(
        "log_rotation", .choice(["never", "hourly", "daily"]), default: "daily",
        "When a log ends, and the next begins."
      )
      .readBy("s4l-daemon"),
      Setting(
        "log_max_size", .size, default: "64MiB", "A log that is as long ends too; 0 for any length."
      )
      .readBy("s4l-daemon"),
      Setting(
        "log_keep", .integer(0...100_000), default: 14,
        "How many logs that have ended are kept; 0 for all."
      )
      .readBy("s4l-daemon"),
      Setting("log_compress", .flag, default: true, "Pack logs that have ended with gzip.")
        .readBy("s4l-daemon"),
      Setting("pid_file", .path, "Where the process id is kept.", example: "/run/s4l.pid")
        .readBy("s4l-daemon").written,
      Setting(
        "config_refresh_interval_secs", .integer(1...86_400), default: 300,
        "How often PocketBase is asked for a newer configuration."
      )
      .readBy("s4l-daemon"),
      Setting(
        "auto_restart_on_config_change", .flag, default: false,
        "Restart by itself where a change needs that; otherwise a warning names the keys."
      )
      .readBy("s4l-daemon"),
      Setting(
        "delete_after_sync", .flag, default: false,
        "Remove a source file once the store confirmed its bytes."),
      Setting("enable_ssh_task", .flag, default: false, "Run ssh_command after uploads."),
      Setting(
        "ssh_command", .text, "The command, run by sh.",
        example: "ssh cache.example.org refresh"),
      Setting(
        "ssh_debounce_minutes", .integer(1...1440), default: 5,
        "How long uploads must have been quiet before it runs."),
      Setting("ssh_timeout_minutes", .integer(1...1440), default: 10, "How long it may take."),
    ])

  static let concurrency = Section(
    "concurrency", readBy: ["s4l-daemon"], "Limits over all jobs together.",
    [
      Setting("max_concurrent_syncs", .integer(1...1_000), default: 4, "Jobs that run at once.")
        .readBy("s4l-daemon", "s4l-run"),
      Setting(
        "max_file_operations", .integer(1...100_000), default: 100,
        "Files under way at once, of all jobs together."
      )
      .readBy("s4l-daemon", "s4l-run"),
      Setting(
        "sync_queue_size", .integer(1...1_000_000), default: 1000,
        "Requests that may wait; one more is refused."),
    ])

  static let cache = Section(
    "cache", readBy: ["s4l-run"], "What is kept between runs.",
    [
      Setting(
        "cache_dir", .path, "Where; by default below $XDG_CACHE_HOME.",
        example: "/var/cache/s4l"
      ).written,
      Setting(
        "config_cache_ttl_secs", .integer(0...31_536_000),
        "How long the copy of what a PocketBase says is fresh: until then that is asked only when "
          + "it tells of a change.",
        example: 300
      ).readBy("s4l-conf"),
      Setting(
        "file_metadata_cache_ttl_secs", .integer(0...31_536_000), default: 60,
        "How long a digest is believed while its file looks the same; 0 for not at all."),
      Setting(
        "enable_persistent_cache", .flag, default: false,
        "Keep the digests of files whose job compares by checksum."),
    ])

  static let metrics = Section(
    "metrics", readBy: ["s4l-metrics"], "Prometheus metrics and the status page.",
    [
      Setting("listen", .address, default: "127.0.0.1:9090", "Where they are served."),
      Setting("token", .secret, "What run-now, pause and retry ask for."),
    ])
}
