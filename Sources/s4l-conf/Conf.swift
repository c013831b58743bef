import Command
import Core
import Settings
import System
import Values

/// Writes, checks, shows and rewrites the configuration, and exchanges it with a PocketBase.
@main
struct Conf: Tool {
  enum Task: String, Choice { case generate, validate, show, get, migrate, pull, push }

  static var page: Page { Sheets.page }

  static var options: [Option<Self>] {
    [
      .value("config", nil, "FILE", \.config, "Read this file."),
      .value("output", "o", "FILE", \.output, "Write to a new file that only its owner may read."),
      .flag("force", "f", \.isForced, "Let --output replace a file."),
      .flag("strict", nil, \.isStrict, "Take every warning for an error.").with("validate"),
      .flag("paths", nil, \.looks, "See whether the paths are there, and may be used.")
        .with("validate"),
      .flag("online", nil, \.asks, "See whether the services answer.").with("validate"),
      .flag("origin", nil, \.showsOrigin, "Say behind each value where it comes from.")
        .with("show"),
      .flag("manual", nil, \.wantsManual, "Generate s4l.conf(5) instead of the example.")
        .with("generate"),
      .flag("dry-run", "n", \.isDry, "Show what would change, and change nothing.")
        .with("pull", "push"),
      .flag("watch", nil, \.watches, "Go on: pull now and then, and when something changes.")
        .with("pull"),
      .flag("delete", nil, \.removes, "Remove records of what the file does not have.")
        .with("push"),
      .flag("create", nil, \.creates, "Make the collections that are missing.").with("push"),
      .value("pocketbase-url", nil, "URL", \.server, "The server, not the configured one.")
        .with("pull", "push"),
    ]
  }

  static var operands: [Operand<Self>] {
    [
      .one("TASK", \.task, "What to do.", .choices(Task.words)),
      .optional("KEY", \.key, "What get prints."),
    ]
  }

  var config: Path?
  var output: Path?
  var isForced = false
  var isStrict = false
  var looks = false
  var asks = false
  var showsOrigin = false
  var wantsManual = false
  var isDry = false
  var watches = false
  var removes = false
  var creates = false
  var server: String?
  var task = Task.validate
  var key: String?

  func run(_ io: Standard) throws(Failure) -> Status {
    if (key != nil) != (task == .get) {
      throw Failure(.usage, task.rawValue, key == nil ? "a KEY is missing" : "it takes no KEY")
    }
    try checkOptions()
    switch task {
    case .generate: try write(wantsManual ? Manual.text : Example.text, io)
    case .validate: return try validate(try Resolution.load(config, io.environment), io)
    case .show: try write(try inForce(io).shown(origins: showsOrigin), io)
    case .get:
      let lines = try inForce(io).lines(at: key ?? "")
      try write(lines.map { $0 + "\n" }.joined(), io)
    case .pull: return try pull(io)
    case .push: return try push(io)
    case .migrate:
      let file = try Resolution.load(config, Environment(io.environment.places), alone: true)
      try write(try file.configuration(reporting: io.log).migrated, io)
    }
    return .success
  }

  /// What would do nothing where it stands is a mistake.
  private func checkOptions() throws(Failure) {
    let mistakes = [
      ("--paths", looks && task != .validate),
      ("--online", asks && task != .validate),
      ("--dry-run", isDry && task != .pull && task != .push),
      ("--watch", watches && (task != .pull || isDry || output != nil)),
      ("--create", creates && task != .push),
      ("--delete", removes && task != .push),
      ("--pocketbase-url", server != nil && task != .pull && task != .push),
      ("--output", output != nil && task == .push),
    ]
    if let (name, _) = mistakes.first(where: \.1) {
      throw Failure(.usage, name, "it has no meaning with what else was said")
    }
  }

  private func inForce(_ io: Standard) throws(Failure) -> Configuration {
    try Resolution.load(config, io.environment).configuration(reporting: io.log)
  }

  private func validate(
    _ resolution: Resolution, _ io: Standard
  ) throws(Failure) -> Status {
    for problem in resolution.problems {
      if problem.gravity != .warning || isStrict {
        io.log.error(problem.description)
      } else {
        io.log.warn(problem.description)
      }
    }
    let schedules = Timing.objections(resolution.configuration, io.environment)
    for objection in schedules { io.log.error(objection) }
    let outlook =
      (looks ? Outlook.paths(resolution.configuration) : [])
      + (asks ? try Outlook.services(resolution.configuration) : [])
    for objection in outlook { io.log.error(objection) }
    let isWrong =
      !schedules.isEmpty || !outlook.isEmpty
      || resolution.problems.contains { isStrict || $0.gravity != .warning }
    if !isWrong { io.log.info("the configuration is valid", ["file": "\(resolution.file ?? "")"]) }
    return isWrong ? .config : .success
  }

  func write(_ text: String, _ io: Standard) throws(Failure) {
    if let output {
      try Draft.write(text, to: output, replacing: isForced)
    } else {
      io.output.buffer.append(Array(text.utf8))
    }
  }
}
