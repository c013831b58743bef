internal import Core
internal import Values

/// Media libraries.
extension Schema {
  static let strmJobs = Section(
    "strm_jobs", .list(identity: "id"),
    readBy: ["s4l-run", "s4l-hook", "s4l-daemon", "s4l-cron"],
    "A cloud drive that is mirrored as a library of .strm files.",
    [
      Setting("id", .text, "How commands and webhooks name it.", example: "movies").required
        .also("job_id"),
      Setting("name", .text, "How people call it.", example: "Movies"),
      Setting("enabled", .flag, default: true, "Whether it runs at all."),
      Setting("source", .text, "The location that is listed.", example: "example:/").required
        .also("source_path"),
      Setting("scan_root", .text, default: "/", "The folder of it where a scan begins.").unless {
        Path(text: $0).climbs ? "a part .. would lead out of the source" : nil
      },
      Setting(
        "filters", .list(of: .text), "What is left out.", example: ["@eaDir/", "*.part"]),
      Setting("output_path", .path, "The local library.", example: "/srv/library/movies").required
        .written,
      Setting(
        "strategy",
        .choice([
          .init("full", also: "full_resync"), .init("incremental", also: "events", "webhook"),
          "skip-existing",
        ]), default: "full",
        "Scan everything and clean, follow events only, or add only what is missing."
      )
      .also("sync_strategy"),
      Setting(
        "strm_mode", .choice(["url", .init("path", also: "local")]), default: "url",
        "Whether a .strm file holds a URL or the path of a mounted file."),
      Setting("base_url", .url, "What URLs begin with.", example: "https://drive.example.org"),
      Setting(
        "template", .text, "What a .strm file holds, with {url}, {path_enc} and so on.",
        example: "{base}/d{path_enc}"
      ).unless { text in
        do throws(Failure) {
          _ = try LinkForm(text, for: "")
          return nil
        } catch {
          return error.reason
        }
      },
      Setting(
        "encode", .choice(["full", "server", "none"]),
        "What of a path in a URL is written as %HH.", example: "full"),
      Setting(
        "map", .list(of: .text), "FROM=TO: how paths and URLs are rewritten.",
        example: ["/films=/media/films"]),
      Setting(
        "name_template", .text, "How a .strm file is named.", example: "{stem}.strm"),
      Setting(
        "collisions", .choice(["prefer", "keep-ext", "error"]),
        "What becomes of media whose .strm files would have one name.", example: "prefer"),
      Setting(
        "metadata_options",
        .choice([.init("skip", also: "skip_meta"), .init("update", also: "update_meta")]),
        default: "skip",
        "Leave side-car files that exist, or compare size and time."),
      Setting(
        "metadata_mode", .choice(["none", "copy", "download"]), default: "none",
        "How side-car files come: not at all, from the mount first, or by download."),
      Setting("mount_path", .path, "Where the drive is mounted.", example: "/mnt/drive"),
      Setting(
        "stall", .span, default: "30s", "How long a mount may be silent before it counts as hung."),
      Setting("max_concurrency", .integer(1...256), default: 10, "Files under way at once.")
        .also("concurrency"),
      Setting(
        "qps", .number(0.01...100_000), "Listing requests a second at most.",
        example: .number(2)),
      Setting(
        "hours", .hours, "When a listing may ask the drive; otherwise it waits.",
        example: "01:00-07:00"),
      Setting("refresh", .flag, default: false, "Have the drive look anew, not in its cache."),
      Setting("depth", .integer(0...1_000), default: 25, "Levels of folders below the scan root.")
        .also("max_depth"),
      Setting("min_size", .size, "Smaller media files are left out.", example: "50MiB"),
      Setting(
        "media", .list(of: .text), "Extensions of media; +x adds one, -x takes one away.",
        example: ["+mp3", "-iso"]),
      Setting(
        "side_cars", .list(of: .text), "Extensions of side-car files, likewise.",
        example: ["+lrc"]),
      Setting("trash", .path, "Where files go that are deleted.", example: "/srv/trash").written,
      Setting(
        "max_delete", .text, "Refuse to delete more: a number, or a percentage of the library.",
        example: "50"),
      Setting(
        "confirm_runs", .integer(1...100), default: 1,
        "Runs in a row that must agree before so much is deleted."),
      Setting(
        "notify", .list(of: .text), "The [[notify]] to be told of changes; all, if not set.",
        example: ["living-room"]),
    ] + schedule)

  static let notify = Section(
    "notify", .list(identity: "name"), readBy: ["s4l-notify"],
    "A media server to be told of changes in a library.",
    [
      Setting("name", .text, "How it is named.", example: "living-room").required,
      Setting("type", .choice(["emby", "jellyfin", "kodi"]), "What it is.", example: "jellyfin")
        .required,
      Setting("url", .url, "Where it answers.", example: "http://localhost:8096").required,
      Setting("api_key", .secret, "Its API key.").only("type", "emby", "jellyfin"),
      Setting("user", .text, "Who logs in.", example: "kodi").only("type", "kodi"),
      Setting("password", .secret, "The password.").only("type", "kodi"),
      Setting(
        "map", .list(of: .text), "FROM=TO: how the server sees our paths.",
        example: ["/srv/library=/media"]),
      Setting("debounce", .span, default: "30s", "How long a library must have been quiet."),
      Setting("clean", .flag, default: false, "Have it forget films whose files are gone.")
        .only("type", "kodi"),
      Setting(
        "insecure", .flag, default: false,
        "Accept any TLS certificate. Each use is logged as a warning."),
      Setting(
        "ca_file", .path, "Certificates to trust in place of the system's.",
        example: "/etc/s4l/ca.pem"),
    ])
}
