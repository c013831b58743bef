internal import Core

/// The index of files, and the folders whose files it knows.
extension Schema {
  static let index = Section(
    "index", readBy: ["s4l-index"],
    "Where file records are kept.",
    [
      Setting(
        "database", .text,
        "A file, or postgresql://[USER@]HOST[:PORT]/NAME, which holds no password; without it a "
          + "file below $XDG_STATE_HOME.",
        example: "postgresql://s4l@localhost/photos"
      ).written,
      Setting(
        "password_file", .path, "The file that holds the password, in its first line.",
        example: "/etc/s4l/index.password"),
    ])

  static let repositories = Section(
    "repositories", .list(identity: "id"), readBy: ["s4l-run", "s4l-index"],
    "A folder whose files are recorded in the index.",
    [
      Setting("id", .text, "A name or a UUID.", example: "photos").required
        .also("repository_id", "repo_id"),
      Setting("name", .text, "How people call it.", example: "Family photos"),
      Setting("path", .path, "The folder.", example: "/srv/photos").required.also("repo_path"),
      Setting("area", .path, "The folder inside that belongs to the user.", example: "user"),
    ] + pipes.map { $0.readers.isEmpty ? $0.readBy("s4l-run") : $0 })

  /// How it is listed, watched and compared: for the pipes that do so.
  private static let pipes = [
    Setting("enabled", .flag, default: true, "Whether it is compared and watched at all."),
    Setting(
      "reconciliation_interval", .span, default: "24h",
      "The time from one full comparison to the next."),
    Setting("debounce_interval", .span, default: "500ms", "How long a file must have been quiet.")
      .also("file_watcher.debounce_interval", "file_watcher_config.debounce_interval"),
    Setting(
      "batch_size", .integer(1...100_000), default: 100,
      "Records written at once; 2000 to a server unless it is set."
    )
    .also("reconciliation.batch_size", "reconciliation_config.batch_size"),
    Setting("max_concurrency", .integer(1...256), default: 4, "Files read at once.")
      .also("reconciliation.max_concurrency", "reconciliation_config.max_concurrency"),
    Setting("calculate_hashes", .flag, default: true, "Record the SHA-256 of each file.")
      .also("reconciliation.calculate_hashes", "reconciliation_config.calculate_hashes"),
    Setting(
      "ignore_clutter", .flag, default: true,
      "Leave out hidden, temporary, system and backup files."),
    Setting(
      "filters", .list(of: .text), "What is left out besides.", example: ["/cache/", "*.part"]
    )
    .also("exclude"),
    Setting(
      "types", .list(of: .choice(["images", "videos"])),
      "Record only files of these types.", example: ["images", "videos"]),
    Setting(
      "poll", .span, "Look for changes so often, where the system does not tell of them.",
      example: "5m"),
    Setting(
      "max_cpu_percent", .integer(1...100), default: 100,
      "How much of one processor a full comparison may take."),
    Setting(
      "max_delete", .text,
      "Refuse to forget more files at once: a number, or a percentage of those known.",
      example: "50%"),
  ]
}
