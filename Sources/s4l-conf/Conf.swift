import Command
import Core
import Settings
import System
import Values

/// Writes, checks, shows and rewrites the configuration.
@main
struct Conf: Tool {
  enum Task: String, Choice { case generate, validate, show, get, migrate }

  static let page = Page(
    name: "s4l-conf",
    summary: "generate, check, show and rewrite the configuration",
    description: [
      """
      generate prints an example with every key, all of it commented out, or with {--manual} the \
      manual of the file. validate reports everything that is wrong with the configuration, as \
      file:line:column: key: what is wrong. show prints what is in force: the environment over the \
      file over the defaults. get prints one value, or the ids of a section that has many. \
      migrate rewrites a file of one of the programs that s4l replaces, or of s4l itself, in s4l's \
      own form.
      """,
      """
      Secrets are neither shown nor printed by get. migrate carries them over, so its output \
      belongs into a file: {--output} writes one that only its owner may read.
      """,
    ],
    environment: [
      ("S4L_CONFIG", "The file, when --config does not name one."),
      ("S4L_SECTION_KEY", "Overrides a key; see s4l.conf(5)."),
    ],
    files: [
      ("$XDG_CONFIG_HOME/s4l/s4l.toml", "The configuration of a user."),
      ("/etc/s4l/s4l.toml", "The configuration of a machine."),
    ],
    statuses: [.success, .usage, .absent, .io, .refused, .config],
    examples: [
      .init("Start with an example.", "s4l-conf generate --output ~/.config/s4l/s4l.toml"),
      .init("See what is in force, and why.", "s4l-conf show --origin"),
      .init("Ask for one value.", "s4l-conf get sync_jobs.documents.schedule.interval"),
      .init(
        "Take over another program's file.",
        "s4l-conf migrate --config sync-daemon.toml --output s4l.toml"),
    ],
    related: ["s4l.conf(5)"])

  static var options: [Option<Self>] {
    [
      .value("config", nil, "FILE", \.config, "Read this file."),
      .value("output", "o", "FILE", \.output, "Write to a new file that only its owner may read."),
      .flag("force", "f", \.isForced, "Let --output replace a file."),
      .flag("strict", nil, \.isStrict, "Take every warning for an error."),
      .flag("origin", nil, \.showsOrigin, "Say behind each value where it comes from."),
      .flag("manual", nil, \.wantsManual, "Generate s4l.conf(5) instead of the example."),
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
  var showsOrigin = false
  var wantsManual = false
  var task = Task.validate
  var key: String?

  func run(_ io: Standard) throws(Failure) -> Status {
    if (key != nil) != (task == .get) {
      throw Failure(.usage, task.rawValue, key == nil ? "a KEY is missing" : "it takes no KEY")
    }
    switch task {
    case .generate: try write(wantsManual ? Manual.text : Example.text, io)
    case .validate: return validate(try Resolution.load(config, io.environment), io)
    case .show: try write(try inForce(io).shown(origins: showsOrigin), io)
    case .get:
      let lines = try inForce(io).lines(at: key ?? "")
      try write(lines.map { $0 + "\n" }.joined(), io)
    case .migrate:
      let file = try Resolution.load(config, Environment(io.environment.places))
      try write(try file.configuration(reporting: io.log).migrated, io)
    }
    return .success
  }

  private func inForce(_ io: Standard) throws(Failure) -> Configuration {
    try Resolution.load(config, io.environment).configuration(reporting: io.log)
  }

  private func validate(_ resolution: Resolution, _ io: Standard) -> Status {
    for problem in resolution.problems {
      if problem.gravity != .warning || isStrict {
        io.log.error(problem.description)
      } else {
        io.log.warn(problem.description)
      }
    }
    for notice in resolution.notices { io.log.info(notice) }
    let schedules = Timing.objections(resolution.configuration, io.environment)
    for objection in schedules { io.log.error(objection) }
    let isWrong =
      !schedules.isEmpty
      || resolution.problems.contains { isStrict || $0.gravity != .warning }
    if !isWrong { io.log.info("the configuration is valid", ["file": "\(resolution.file ?? "")"]) }
    return isWrong ? .config : .success
  }

  private func write(_ text: String, _ io: Standard) throws(Failure) {
    if let output {
      try Draft.write(text, to: output, replacing: isForced)
    } else {
      io.output.buffer.append(Array(text.utf8))
    }
  }
}
