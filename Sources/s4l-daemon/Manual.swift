internal import Command
internal import Core

/// The page of s4l-daemon.
enum Manual {
  static var page: Page {
    Page(
      name: "s4l-daemon",
      summary: "keep the jobs of the configuration going",
      description: [
        "s4l-daemon keeps at work what the configuration needs, each as a process of its own: "
          + "s4l-cron, which queues jobs when they are due; s4l-queue work, which has s4l-run run "
          + "them, max_concurrent_syncs at once; s4l-watch for the folders of [[file_watchers]], "
          + "whose changes queue their job once it is quiet; s4l-hook and s4l-metrics, "
          + "where [hook] or [metrics] is configured; where [pocketbase] is, s4l-conf pull, and "
          + "s4l-ship, which sends the messages of all of them there, unless ship_logs is false; "
          + "and s4l-run for the [[repositories]] that it watches. It syncs nothing itself.",
        "start goes to the background and returns once the daemon is ready; its messages go to "
          + "log_file, as JSON unless S4L_LOG_FORMAT says otherwise. With {--foreground} it stays "
          + "and logs to standard error, as a service does. stop has it end, and waits: what "
          + "workers have in hand may be finished for some seconds, and goes back to the queue "
          + "then. restart is both.",
        "A process that ends by itself is started again, at once the first time, then after "
          + "pauses that double, up to a minute. One that ends with status 64 or 78 is not, until "
          + "its part of the configuration is another. If the daemon is killed, all of them end.",
        "The log ends as log_rotation and log_max_size say, is named after the day or the hour in "
          + "which it began, as in daemon.log.2026-11-28.gz, and is packed unless log_compress is "
          + "false; the last log_keep of them are kept. One that somebody moves away is begun "
          + "anew. With {--foreground} whoever keeps standard error sees to that.",
        "It follows its configuration: the file is looked at each second, and at once on reload "
          + "or SIGHUP. Only those are started anew whose part has changed. A file with a mistake "
          + "changes nothing, and the log says why. pid_file, log_file and log_level count from "
          + "the next start on; with auto_restart_on_config_change that is at once.",
        "What the collections of a PocketBase say is part of the configuration: s4l-conf pull "
          + "keeps a copy of it, anew every config_refresh_interval_secs and when the server tells "
          + "of a change. While the server is away, also at the start, the last good copy counts. "
          + "With {--pocketbase-url} it is another server for this run.",
        "As many jobs run at once as max_concurrent_syncs says, with as many files under way in "
          + "all as max_file_operations says; see s4l-run(1).",
        "run queues JOB now, whether it is due or not and whether a daemon runs or not. A job that "
          + "waits or runs already is not queued again: status 75. So it is when as many tasks "
          + "wait as sync_queue_size allows.",
        "status lists the daemon, its processes and its jobs; with {--json} as one JSON object. "
          + "Without a daemon it is status 69. logs writes the end of log_file.",
        "To systemd it says when it is ready, reloads and ends, and that it is alive as often as a "
          + "watchdog asks for; s4l-service(1) writes the unit.",
      ],
      environment: [
        ("S4L_CONFIG", "The configuration, in place of the usual file."),
        ("S4L_POCKETBASE_URL", "The PocketBase, in place of the configured one."),
        ("NOTIFY_SOCKET, WATCHDOG_USEC", "Set by systemd."),
      ],
      files: [
        ("$XDG_STATE_HOME/s4l/daemon.pid", "The process, unless pid_file names another file."),
        ("$XDG_STATE_HOME/s4l/daemon.log", "Messages, unless log_file names another file."),
        ("$XDG_STATE_HOME/s4l/pocketbase.toml", "The copy of what a PocketBase says."),
        ("$XDG_STATE_HOME/s4l/daemon.json", "The daemon and its processes, for status."),
      ],
      statuses: [
        .success, .usage, .absent, .unavailable, .io, .later, .refused, .config,
      ],
      examples: [
        .init("Start it, and see how it does.", "s4l-daemon start\ns4l-daemon status"),
        .init("Run a job now.", "s4l-daemon run documents"),
        .init(
          "In front, saying everything.",
          "s4l-daemon start --foreground --log-level debug --config ./s4l.toml"),
        .init("Have it run with the machine.", "s4l-service install"),
      ],
      related: [
        "s4l-cron(1)", "s4l-queue(1)", "s4l-run(1)", "s4l-watch(1)", "s4l-hook(1)",
        "s4l-service(1)", "s4l-ship(1)", "s4l-conf(1)", "s4l.conf(5)", "s4l-recipes(7)",
      ])
  }
}
