internal import ChoicesOfCleaning
internal import Cleaning
internal import Command
internal import Core
internal import Index
internal import Indexes
internal import System
internal import Values

/// Remembers the files of repositories, and what was done to remember them.
@main
struct IndexTool: Tool {
  enum Verb: String, Choice {
    case repo, update, apply, status, list, show, history, export, prune, migrate
  }

  static var page: Page { Manual.page }

  static var options: [Option<Self>] {
    IndexChoice.table.map { $0.within(\.place) } + [
      .value("id", nil, "UUID", \.id, "The id, in place of one that is made up.").with("repo"),
      .value(
        "area", nil, "SUBDIR", \.area, "Only this folder inside DIR belongs to the user."
      ).with("repo"),
      .value("batch", nil, "N", \.batch, "Write N changes at once: 100, or 2000 to a server.")
        .with("update", "apply"),
      .value("operation", nil, "TYPE", \.kind, "What it is called in the history.").with("update"),
      .flag("dry-run", nil, \.isDry, "Change nothing; count what would be changed.")
        .with("update", "apply"),
      .flag("delete-excluded", nil, \.removesExcluded, "Forget what patterns leave out, too.")
        .with("update", "apply"),
      .value("max-delete", nil, "LIMIT", \.brakes.brakes.limit, "Forget at most so many files.")
        .with("update", "apply"),
      .flag("allow-empty", nil, \.brakes.brakes.allowsEmpty, "Permit forgetting all files.")
        .with("update", "apply"),
      .maxCPU(\.share).with("update"),
      .value("wait", nil, "SPAN", \.patience, "Wait so long for another that is at it.")
        .with("update", "apply"),
      .value("limit", "n", "N", \.limit, "Tell at most N operations; 10 unless given.")
        .with("history"),
      .value("keep", nil, "N", \.keep, "Keep the last N operations; 100 unless given.")
        .with("prune"),
      .value("older", nil, "SPAN", \.older, "Forget only operations that began so long ago.")
        .with("prune"),
    ]
  }

  static var operands: [Operand<Self>] {
    [
      .one("VERB", \.verb, "What to do.", .choices(Verb.words)),
      .rest("ARGUMENT", \.arguments, "The repository, and what else the verb needs."),
    ]
  }

  var place = IndexChoice()
  var id: String?
  var area: Path?
  var batch: Count?
  var kind: Looking?
  var isDry = false
  var removesExcluded = false
  var brakes = BrakeChoice()
  var share: Percent?
  var patience: Span?
  var limit: Count?
  var keep = Count(100)
  var older: Span?
  var verb = Verb.status
  var arguments: [[UInt8]] = []

  enum Looking: String, Choice { case startup, reconciliation }

  var isFed: Bool { verb == .update || verb == .apply }

  func run(_ io: Standard) throws(Failure) -> Status {
    switch verb {
    case .repo: return try repo(io)
    case .update, .apply: return try Intake(self, io).run()
    case .status: return try status(io)
    case .list, .export: return try list(io)
    case .show: return try show(io)
    case .history: return try history(io)
    case .prune: return try prune(io)
    case .migrate:
      try takes(0)
      let store = try place.open(try place.configuration(io), io)
      io.log.info("\(store.name): its tables are those of this version")
      return .success
    }
  }

  // MARK: Operands

  func takes(_ count: Int) throws(Failure) {
    if arguments.count > count {
      throw Failure(
        .usage, "\(Path(arguments[count]))", "\(verb.rawValue) takes no such operand")
    }
  }

  func argument(_ number: Int, _ noun: String) throws(Failure) -> [UInt8] {
    guard arguments.count > number else {
      throw Failure(.usage, noun, "the operand is missing; \(verb.rawValue) needs it")
    }
    return arguments[number]
  }

  func word(_ number: Int, _ noun: String) throws(Failure) -> String {
    let bytes = try argument(number, noun)
    guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
      throw Failure(.usage, "\(Path(bytes))", "a \(noun.lowercased()) is text in UTF-8")
    }
    return text
  }

  /// The repository that an operand names, and the index that it is in.
  func named(_ number: Int, _ io: Standard) throws(Failure) -> (any RecordStore, Repository) {
    let name = try word(number, "NAME")
    let configuration = try place.configuration(io)
    let store = try place.open(configuration, io)
    for name in [name] + Registry.names(name, configuration) {
      if let repository = try store.repository(name) { return (store, repository) }
    }
    guard let repository = try Registry.configured(name, configuration) else {
      throw Failure(
        .absent, name, "there is no repository of this name; s4l-index repo add makes one")
    }
    if isFed, !isDry { try store.add(repository, at: Clock.now()) }
    return (store, repository)
  }
}
