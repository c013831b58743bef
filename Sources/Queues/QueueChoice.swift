package import Command
package import Core
internal import Settings
package import Tasks
package import Values

/// The options by which every tool that works with queues is told where they are.
package struct QueueChoice {
  /// The address that was given, if any.
  package private(set) var told: String?
  package var file: Path?

  package init() {}

  package static var table: [Option<QueueChoice>] {
    [
      .value(
        "url", nil, "ADDRESS", \.told,
        "Where the queues are: a file, or redis://[USER@]HOST[:PORT][/DB]."),
      .value("config", nil, "FILE", \.file, "Read this configuration, not the usual one."),
    ]
  }

  /// What the pages say of it.
  package static let prose =
    "Queues are kept in the file $XDG_STATE_HOME/s4l/queue.db, which any number of processes of "
    + "this machine may use at once, unless {--url} or url in [queue] of the configuration names "
    + "another place, or the configuration or the environment sets any key of [redis]: then on "
    + "that server, in the form in which asynq keeps them, so that its programs can send, work and "
    + "inspect the same tasks. An address holds no password: it comes from [redis], from "
    + "S4L_REDIS_PASSWORD or from the file that S4L_REDIS_PASSWORD_FILE names."

  package static let variables: [(name: String, help: String)] = [
    ("S4L_QUEUE_URL", "Where the queues are, in place of what the configuration says."),
    (
      "S4L_REDIS_ADDR, S4L_REDIS_PASSWORD, S4L_REDIS_DB",
      "The Redis server; SYNC4LOONG_REDIS_ADDR and so on mean the same."
    ),
    ("S4L_CONFIG", "The configuration, in place of the usual file."),
  ]

  package static let files: [(name: String, help: String)] = [
    ("$XDG_STATE_HOME/s4l/queue.db", "The queues, unless they are kept elsewhere."),
    ("$XDG_CONFIG_HOME/s4l/s4l.toml", "The configuration; s4l.conf(5)."),
  ]

  package static let statuses: [Status] = [
    .success, .partial, .usage, .data, .absent, .unavailable, .io, .later, .refused, .config,
  ]

  /// The configuration in force.
  package func configuration(_ io: Standard) throws(Failure) -> Configuration {
    try Resolution.load(file, io.environment).configuration(reporting: io.log)
  }

  /// Opens the queues that are meant.
  package func open(
    _ configuration: Configuration, _ io: Standard
  ) throws(Failure) -> any TaskStore {
    try Queues.open(
      told.map { text throws(Failure) in try QueueAddress(text: text) }, configuration,
      io.environment)
  }

  /// A way to open them later, on whatever thread they are for. A mistaken address is told now.
  package func opener(
    _ configuration: Configuration, _ io: Standard
  ) throws(Failure) -> @Sendable () throws(Failure) -> any TaskStore {
    let environment = io.environment
    let address: QueueAddress
    if let told {
      address = try QueueAddress(text: told)
    } else {
      address = try Queues.address(configuration, environment)
    }
    return { () throws(Failure) in try Queues.open(address, configuration, environment) }
  }
}
