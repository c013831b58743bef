internal import Command
internal import Core

/// The page of s4l-ship.
enum Manual {
  static var page: Page {
    Page(
      name: "s4l-ship",
      summary: "keep lines of logs, and send them to PocketBase",
      description: [
        "s4l-ship reads lines of logs and sends them to a collection of the [pocketbase] that is "
          + "configured, many with one request where the server takes that. Lines that tools of "
          + "s4l write with {--log-format} json are taken apart; any other is what it says. "
          + "Whoever writes them never waits for a server: a line is put on disk as it comes, "
          + "and sent when it can be.",
        "While the server is away lines are kept, and it is tried again after a second, then later "
          + "each time, half a minute at most. They outlive a restart, also one by kill -9: each "
          + "has an id that is made of it, so that the server knows a line that was sent before. "
          + "Of more lines than {--limit} the oldest go, and those of level debug and trace are "
          + "not kept once half of it is used. A line that the server does not take is told once "
          + "and left out.",
        "At the end of the input, and when it is told to stop, it sends what is left for as long "
          + "as {--grace}; the rest stays for the next start, and the exit status is 75.",
        "The collection has the fields run, host, ts, level, tool and msg as text, and data as "
          + "JSON. Where it is missing, lines wait until somebody makes it.",
      ],
      environment: [
        ("S4L_CONFIG", "The configuration, in place of the usual file."),
        ("S4L_POCKETBASE_ADMIN_PASSWORD", "The password, in place of that in the configuration."),
      ],
      files: [("$XDG_STATE_HOME/s4l/ship", "Lines that were not sent yet.")],
      statuses: [.success, .usage, .absent, .io, .later, .refused, .config],
      examples: [
        .init(
          "Send what the daemon logs.",
          "s4l-daemon start --foreground --log-format json 2>&1 | s4l-ship"),
        .init(
          "See it too.",
          "s4l-run documents --log-format json 2>&1 | s4l-ship --pass"),
        .init("Send what is left of the last time.", "s4l-ship --grace 1m </dev/null"),
      ],
      related: ["s4l-run(1)", "s4l.conf(5)", "s4l-recipes(7)"])
  }
}
