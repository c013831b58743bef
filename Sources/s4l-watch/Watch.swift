internal import ChoicesOfTree
internal import Command
internal import Core
internal import Stream
internal import System
internal import Tree
internal import Values
internal import Watching

/// Reports what changes in trees.
@main
struct Watch: Tool {
  static var options: [Option<Self>] {
    PathChoice.table.map { $0.within(\.choice) } + [
      .list("events", "e", "LIST", \.events, "Tell only these, parted by commas."),
      .flag("listing", nil, \.lists, "First list everything that is there."),
      .value("poll", nil, "SPAN", \.poll, "Look at everything this often instead of being told."),
    ]
  }

  static var operands: [Operand<Self>] {
    [.many("ROOT", \.roots, "A folder to watch.", .folders)]
  }

  var choice = PathChoice()
  var events: [EventList] = []
  var lists = false
  var poll: Span?
  var roots: [Path] = []

  func run(_ io: Standard) throws(Failure) -> Status {
    let wanted = events.isEmpty ? .all : Happening.Choice(events.flatMap(\.happenings))
    if let poll {
      return try Patrol(
        roots, choice.chosen, wanted, every: poll, lists: lists, io.name, io.output, io.log
      ).run()
    }
    let vigil = try Vigil(
      roots, choice.chosen, wanted, lists: lists, io.name, io.output, io.log)
    return try vigil.run()
  }
}

/// Some of the events, parted by commas.
struct EventList: OptionValue {
  static var noun: String {
    "some of " + Happening.allCases.map(\.rawValue).joined(separator: ",")
  }
  static var completion: Completion { .choices(Happening.allCases.map(\.rawValue)) }

  let happenings: [Happening]

  init?(argument: [UInt8]) {
    var happenings: [Happening] = []
    for word in argument.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard
        let happening = Happening.allCases.first(where: { $0.rawValue.utf8.elementsEqual(word) })
      else { return nil }
      happenings.append(happening)
    }
    self.happenings = happenings
  }
}
