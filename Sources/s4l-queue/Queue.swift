import Command
import Core
import Queues
import Settings
import System
import Tasks
import Values
import Work

/// Queues tasks, has them worked, and shows and steers them.
@main
struct Queue: Tool {
  enum Verb: String, Choice {
    case push, work, ls, show, stat, wait, cancel, retry, archive, delete, pause, resume
  }

  static var options: [Option<Self>] {
    QueueChoice.table.map { $0.within(\.place) }
      + [
        .list(
          "queue", nil, "NAME", \.queues,
          "The queue; to work, with NAME=WEIGHT how often it is served beside others.")
      ] + Pushing.table.map { $0.within(\.pushing) } + Working.table.map { $0.within(\.working) }
      + Looking.table.map { $0.within(\.looking) }
  }

  static var operands: [Operand<Self>] {
    [
      .one("VERB", \.verb, "What to do.", .choices(Verb.words)),
      .rest("ARGUMENT", \.arguments, "A payload, a command, or ids of tasks."),
    ]
  }

  var place = QueueChoice()
  var queues: [Weighted] = []
  var pushing = Pushing()
  var working = Working()
  var looking = Looking()
  var verb = Verb.stat
  var arguments: [[UInt8]] = []

  var isFed: Bool { verb == .push && arguments.isEmpty && pushing.file == nil }

  func run(_ io: Standard) throws(Failure) -> Status {
    if verb != .work, let weighted = queues.first(where: { $0.weight != nil }) {
      throw Failure(.usage, "--queue", "\"\(weighted.name)\": only work weighs queues")
    }
    switch verb {
    case .push: return try push(io)
    case .work: return try work(io)
    case .ls: return try list(io)
    case .show: return try show(io)
    case .stat: return try count(io)
    case .wait: return try wait(io)
    case .cancel, .retry, .archive, .delete: return try steer(io)
    case .pause, .resume: return try halt(io)
    }
  }

  /// The one queue that is meant.
  func queue() throws(Failure) -> String {
    if queues.count > 1 { throw Failure(.usage, "--queue", "\(verb.rawValue) takes one queue") }
    return queues.first?.name ?? Task.usualQueue
  }

  func open(_ io: Standard) throws(Failure) -> any TaskStore {
    try place.open(try place.configuration(io), io)
  }

  /// The arguments as ids of tasks.
  func ids() throws(Failure) -> [String] {
    var ids: [String] = []
    for argument in arguments {
      guard let id = String(validating: argument, as: UTF8.self), !id.isEmpty else {
        throw Failure(.usage, "\(Path(argument))", "an id is text in UTF-8")
      }
      ids.append(id)
    }
    return ids
  }

  func takesNoArguments() throws(Failure) {
    guard let first = arguments.first else { return }
    throw Failure(.usage, "\(Path(first))", "\(verb.rawValue) takes no such operand")
  }
}

/// A queue, and how often it is served.
struct Weighted: OptionValue {
  static let noun = "the name of a queue, or NAME=WEIGHT with a whole number from 1"
  var name: String
  var weight: Int?

  init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    if name.allSatisfy(\.isWhitespace) { return nil }
    guard parts.count > 1 else { return }
    guard let number = Int(parts[1]), (1...1_000_000).contains(number) else { return nil }
    weight = number
  }
}
