internal import Command
internal import Core
internal import Records

/// The page of s4l-notify.
enum Manual {
  static var page: Page {
    Page(
      name: "s4l-notify",
      summary: "tell media servers what has changed in a library",
      description: [
        "s4l-notify stands at the end of a pipe that writes a library. It passes every record on, "
          + "and tells each [[notify]] of the configuration, or those that {--server} names, "
          + "which files below OUT are new, changed or gone, as outcomes say that were done: "
          + "write and copy, or delete. What was kept or failed is no change, and where nothing "
          + "has changed nobody is asked for anything. Under a head that says dry nobody is told.",
        "Emby and Jellyfin get the very paths (POST /Library/Media/Updated, up to 500 at a time), "
          + "with api_key in headers only; for Emby the path /emby is tried where there is none "
          + "without it. Kodi is asked to scan the folders that hold what is new "
          + "(VideoLibrary.Scan), or all of OUT if they are more than 20, and, where clean is set, "
          + "to forget what is gone (VideoLibrary.Clean). Of more than 20,000 changes at once only "
          + "OUT as a whole is told.",
        "Servers often see a library elsewhere: map holds rules FROM=TO, of which the longest FROM "
          + "counts that is the path or a folder above it. OUT is taken as it is written, made "
          + "absolute, its links not followed. If TO is written with backslashes only, so is the "
          + "rest. A path that is not UTF-8 cannot be told: the folder above is.",
        "A server is told once nothing has changed for its debounce, or after ten times as long, "
          + "and at once at the end of a section. Records never wait for a server. At the end of "
          + "the input it waits for answers, for 15 seconds at most; a request may take ten.",
        "A server that is away, busy or broken is tried again {--retries} times, after a quarter "
          + "of a second and then twice as long each time, 30 seconds at most. If that is in vain, "
          + "or it says no, a warning on standard error tells once how many changes it does not "
          + "know of, and the names of the first. So does one of a server whose key cannot be "
          + "read. The exit status tells nothing of servers. What a server was not told of, it "
          + "finds when it scans the next time.",
      ],
      reads: [.head, .outcome, .tail],
      writes: [.head, .outcome, .tail],
      environment: [("S4L_CONFIG", "The configuration, in place of the usual file.")],
      files: [("$XDG_CONFIG_HOME/s4l/s4l.toml", "The configuration; s4l.conf(5).")],
      statuses: [.success, .partial, .usage, .data, .absent, .unavailable, .io, .config],
      examples: [
        .init(
          "Write a library, and tell all servers.",
          "s4l ls drive:/movies |\n"
            + "  s4l strm --base https://drive.example.org /srv/library |\n"
            + "  s4l notify /srv/library"),
        .init(
          "Tell one server only.",
          "s4l ls drive:/movies |\n"
            + "  s4l strm --base https://drive.example.org /srv/library |\n"
            + "  s4l notify --server living-room /srv/library"),
      ],
      related: [
        "s4l-strm(1)", "s4l-clean(1)", "s4l-run(1)", "s4l-recipes(7)", "s4l-stream(5)",
        "s4l.conf(5)",
      ])
  }
}
