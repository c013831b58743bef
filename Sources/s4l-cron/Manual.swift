internal import Command
internal import Core
internal import Queues
internal import Records

/// The page of s4l-cron.
enum Manual {
  static var page: Page {
    Page(
      name: "s4l-cron",
      summary: "say which job is due",
      description: [
        "s4l-cron waits until a [[sync_jobs]] or [[strm_jobs]] of the configuration is due, by the "
          + "schedule that it has there, and writes a task that runs it, for s4l-queue push, or "
          + "puts it into the queue itself with {--enqueue}. A worker, s4l-queue work, then has "
          + "s4l-run run it. A job whose task still waits or is worked is not queued again.",
        "An interval is counted from the moment for which the job was last due, and a job that "
          + "never was is due at once. A cron expression has five fields, minute, hour, day, month "
          + "and day of the week, or six, with the second before them, each a number, a list, a "
          + "range with or without a step, or a name such as MON or JAN; or it is @hourly, @daily, "
          + "@weekly, @monthly or @yearly. Where both kinds of day leave days out, either will "
          + "do. It is read in the zone of the job, or else of the machine.",
        "Where clocks are set forward, what falls into the hour that is left out is due right "
          + "after it. Where they are set back, an expression that names its hours is due the "
          + "first time that they are shown, and one that names none in every hour that passes.",
        "A job whose moment passed more than a minute ago, as the machine slept or nothing ran, is "
          + "due once, however often it was missed, or with missed = \"skip\" only at its next "
          + "moment. A clock that is set back by up to three hours makes nothing due twice.",
        "With {--next} it writes moments of EXPR, which may be an interval too, one a line.",
        "A file of a job's name in the folder paused beside the state keeps the job from being "
          + "told of; what is not a letter, a digit, - or _ in the name is written as %XX.",
        QueueChoice.prose,
      ],
      writes: [.task],
      environment: [("TZ", "The zone of the machine.")] + QueueChoice.variables,
      files: [
        ("$XDG_STATE_HOME/s4l/cron.state", "What each job was last due for."),
        ("$XDG_STATE_HOME/s4l/paused", "Jobs that are not told of."),
        ("/usr/share/zoneinfo", "The zones."),
      ] + QueueChoice.files,
      statuses: [.success, .usage, .absent, .unavailable, .io, .later, .refused, .config],
      examples: [
        .init(
          "Run all jobs when they are due.",
          "s4l-cron --enqueue &\ns4l-queue work -- s4l-run --task"),
        .init("When is that?", "s4l-cron --next 3 --tz Europe/Berlin '0 0 2 * * MON'"),
        .init("See when each job is due next.", "s4l-cron --list"),
        .init("From a crontab, each minute.", "s4l-cron --once --enqueue"),
      ],
      related: [
        "s4l-run(1)", "s4l-queue(1)", "s4l.conf(5)", "s4l-recipes(7)", "s4l-stream(5)",
      ])
  }
}
