import Command
import Core
import Queues

extension MetricsTool {
  static var page: Page {
    Page(
      name: "s4l-metrics",
      summary: "numbers for Prometheus, and a page of what is going on",
      description: [
        "s4l-metrics answers requests over HTTP until it is told to stop. It listens on "
          + "127.0.0.1:9090, or where {--listen} or listen in [metrics] of s4l.conf(5) says, and "
          + "tells on standard error where that is.",
        "GET /metrics gives all numbers in the text format of Prometheus; each says there what it "
          + "means. Runs are counted from the history that s4l-run(1) keeps, dry ones left out, "
          + "and are still counted when the history has forgotten them. Other programs leave their "
          + "numbers in files NAME.PID in the folder metrics, as lines of that format, and what "
          + "such a program has counted stays counted when it has ended. s4l-daemon(1), "
          + "s4l-ship(1) and s4l-conf(1) do so, if [metrics] is configured when they start. "
          + "Only one s4l-metrics may keep these totals at a time.",
        "GET /healthz answers 200 to anybody while the program lives, and GET /readyz while the "
          + "queue and the history can be read too; otherwise 503.",
        "GET / is a page for people: jobs with their state, next and last run, a chart of the last "
          + "runs, files that failed, queues, tasks that were given up, and the end of the log. It "
          + "keeps itself up to date, unless it is opened as /#still. It asks for nothing from "
          + "elsewhere. Behind it are GET /api/state, GET /api/progress, and GET /events, which "
          + "sends an event whenever something has changed, or only how far a run is.",
        "POST /api/run with {\"job\":ID} queues a job as a task, which s4l-queue(1) works with "
          + "s4l-run(1); /api/pause with {\"job\":ID,\"paused\":true} has its due times pass, and "
          + "with false no longer; /api/retry with {\"queue\":NAME,\"id\":ID} makes a task ready "
          + "that was given up. Each needs token of [metrics] in a header Authorization: Bearer "
          + "TOKEN, and a header X-S4L-Request: 1; a browser must ask on behalf of our own page. "
          + "Without a token they are refused. The page asks for it and keeps it until it is "
          + "closed.",
        "On a loopback address whoever is on this machine may look, by an address or as "
          + "localhost; requests for another name are refused, as a page of somebody else's could "
          + "send them. Elsewhere a token must be set, and the page asks for it; /metrics, "
          + "/healthz and /readyz stay open. In front of others than this machine it belongs "
          + "behind a server that speaks TLS.",
        "The configuration is read at the start.",
        QueueChoice.prose,
      ],
      environment: QueueChoice.variables + [
        ("S4L_METRICS_TOKEN", "The token; S4L_METRICS_TOKEN_FILE names a file that holds it.")
      ],
      files: QueueChoice.files + [
        ("$XDG_STATE_HOME/s4l/history.db", "The history of runs."),
        ("$XDG_STATE_HOME/s4l/metrics/", "Numbers of other programs, and the totals."),
        ("$XDG_STATE_HOME/s4l/paused/", "An empty file for each job that is paused."),
        ("$XDG_STATE_HOME/s4l/cron.state", "When jobs are due."),
        ("$XDG_STATE_HOME/s4l/daemon.json", "What s4l-daemon tells of itself."),
        ("$XDG_STATE_HOME/s4l/daemon.log", "Its log."),
      ],
      statuses: [
        .success, .usage, .absent, .unavailable, .io, .later, .refused, .config,
      ],
      examples: [
        .init("Serve at the usual place.", "s4l metrics"),
        .init("See the numbers.", "curl -s http://127.0.0.1:9090/metrics"),
        .init(
          "Run a job now; the file head holds the line Authorization: Bearer TOKEN.",
          #"""
          curl -H @head -H 'X-S4L-Request: 1' -d '{"job":"documents"}' \
            http://127.0.0.1:9090/api/run
          """#),
      ],
      related: ["s4l-run(1)", "s4l-queue(1)", "s4l.conf(5)"])
  }
}
