internal import Core

/// What is synced, when, and what else triggers it.
extension Schema {
  static let pocketbase = Section(
    "pocketbase", readBy: ["s4l-daemon", "s4l-ship", "s4l-conf"],
    "The PocketBase server that keeps jobs and takes logs. What its collections say is added to "
      + "this file; see s4l-conf(1).",
    [
      Setting("url", .url, "Where it answers.", example: "http://localhost:8090"),
      Setting("admin_email", .text, "Who logs in.", example: "admin@example.com"),
      Setting("admin_password", .secret, "The password."),
      Setting("timeout_secs", .integer(1...3_600), default: 30, "How long a request may take."),
      Setting(
        "retry_attempts", .integer(0...100), default: 3, "How often a failed one is sent again."),
      Setting("retry_delay_secs", .integer(0...3_600), default: 5, "How long to wait before that."),
      Setting(
        "roots", .list(of: .path),
        "Folders below which its jobs may name files of this machine; everywhere, if not set.",
        example: ["/srv"]
      )
      .readBy("s4l-conf"),
      Setting(
        "read_config", .flag, default: true,
        "Whether its collections are a part of the configuration."
      )
      .readBy("s4l-daemon", "s4l-conf"),
      Setting(
        "ship_logs", .flag, default: true, "Whether the daemon's messages are sent there."
      )
      .readBy("s4l-daemon"),
    ])

  static let syncJobs = Section(
    "sync_jobs", .list(identity: "id"), readBy: ["s4l-daemon", "s4l-run", "s4l-cron"],
    "A folder to be kept in step with another place.",
    [
      Setting("id", .text, "How commands and watchers name it.", example: "documents").required,
      Setting("name", .text, "How people call it.", example: "Documents Sync"),
      Setting("source_path", .path, "What is copied.", example: "/home/user/Documents").required,
      Setting(
        "destination_path", .path, "Where to: a folder or a location.",
        example: "/backup/Documents"
      ).required.written,
      Setting("enabled", .flag, default: true, "Whether it runs at all."),
      Setting(
        "filters", .list(of: .text), "What is left out.",
        example: ["*.tmp", "*.log", ".git/*"]),
    ] + schedule + [
      Setting("sync_options.dry_run", .flag, default: false, "Only say what would be done."),
      Setting("sync_options.preserve_permissions", .flag, default: true, "Copy the mode of files."),
      Setting("sync_options.preserve_timestamps", .flag, default: true, "Copy the time of files."),
      Setting(
        "sync_options.delete_destination_files", .flag, default: false,
        "Remove there what is gone here."),
      Setting(
        "sync_options.comparison_method", .choice(["size", "mtime", "checksum"]), default: "mtime",
        "How a changed file is told."),
      Setting(
        "sync_options.ignore_hidden_files", .flag, default: false,
        "Leave out names that begin with a dot."),
    ])

  static let schedule = [
    Setting(
      "schedule.type", .choice(["interval", "cron", "manual"]), default: "manual", "When it runs.",
      example: "interval"),
    Setting("schedule.interval", .span, "The time from one run to the next.", example: "5m")
      .required.only("schedule.type", "interval"),
    Setting(
      "schedule.expression", .text, "A cron expression of five or six fields.",
      example: "0 */15 * * * *"
    ).required.only("schedule.type", "cron"),
    Setting(
      "schedule.time_zone", .text, "The zone in which the expression is read.",
      example: "Europe/Berlin"
    ).only("schedule.type", "cron"),
    Setting(
      "schedule.missed", .choice(["catch-up", "skip"]), default: "catch-up",
      "What becomes of a run whose time passed while nothing ran."
    )
    .only("schedule.type", "interval", "cron"),
  ]

  static let fileWatchers = Section(
    "file_watchers", .list(identity: "id"), readBy: ["s4l-daemon", "s4l-watch"],
    "A folder whose changes start a job.",
    [
      Setting("id", .text, "How it is named.", example: "documents-watcher").required,
      Setting("name", .text, "How people call it.", example: "Documents File Watcher"),
      Setting("watch_path", .path, "The folder.", example: "/home/user/Documents").required,
      Setting("sync_job_id", .reference(to: "sync_jobs"), "The job.", example: "documents")
        .required,
      Setting("enabled", .flag, default: true, "Whether it watches at all."),
      Setting("recursive", .flag, default: true, "Watch the folders inside too."),
      Setting(
        "debounce_ms", .integer(0...3_600_000), default: 1000,
        "How long changes must have been quiet before the job starts, in milliseconds."),
      Setting(
        "watch_events",
        .list(of: .choice(["create", "write", "remove", "rename", "chmod"])),
        default: ["create", "write", "remove", "rename"], "Which changes count."),
    ])
}
