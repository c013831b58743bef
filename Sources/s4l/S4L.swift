internal import Command
internal import Core
internal import Records
internal import System
internal import Values

/// Finds the tool that is asked for and becomes it.
@main
struct S4L: Tool {
  static var page: Page {
    Page(
      name: "s4l",
      summary: "keep folders and stores in step",
      description: [
        "s4l NAME runs the program s4l-NAME with the arguments that follow. It looks in its own "
          + "folder first, then in the folders of PATH, and becomes the first that it finds. "
          + "There is no list of tools inside: whatever is called s4l-NAME is one, and a tool "
          + "that anybody adds is as good as those that came along. Names are never abbreviated.",
        "s4l help lists all tools that are there, those in the folder of s4l first, with what "
          + "each says of itself. s4l help NAME shows the manual of a tool, or its help where no "
          + "manual is installed; s4l help changes tells what is different from earlier versions.",
        "A tool starts with signals as a shell would leave them, except that SIGHUP, SIGINT and "
          + "SIGQUIT stay ignored where they were, so that nohup and background jobs work.",
        "What the family is, how its tools go together and what they promise is told in s4l(7).",
      ],
      environment: [("PATH", "Where tools are looked for, after the folder of s4l itself.")],
      statuses: [.success, .usage, .absent, .io, .notRunnable, .notFound],
      examples: [
        .init("What tools are there?", "s4l help"),
        .init("What would a mirror change?", "s4l scan photos | s4l diff /mnt/backup/photos"),
        .init("Mirror a folder.", "s4l push --delete photos /mnt/backup/photos"),
      ],
      related: ["s4l-push(1)", "s4l-scan(1)", "s4l-changes(7)"])
  }

  static var options: [Option<Self>] {
    [
      .flag(
        "stream-tables", nil, \.printsTables, "Print the tables that s4l-stream(5) is made of.")
    ]
  }

  static var operands: [Operand<Self>] {
    [.rest("COMMAND", \.words, "The name of a tool and its arguments, or help.", .tools)]
  }

  var words: [[UInt8]] = []
  var printsTables = false

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    if printsTables {
      io.output.buffer.append(Array(StreamTables.man.utf8))
      return .success
    }
    let tools = try Tools.current(io.environment)
    guard let first = words.first else {
      throw Failure(.usage, "", "a command is missing; try s4l help")
    }
    guard let name = String(validating: first, as: UTF8.self) else {
      throw Failure(.usage, "\(Path(first))", "a command is named in UTF-8")
    }
    let arguments = Array(words.dropFirst())
    if name == "help" { return try Manual(tools: tools, io: io).show(arguments) }
    switch tools.find(name) {
    case .runnable(let path): return notRunnable(path, Process.become(path, arguments), io)
    case .blocked(let path):
      io.log.error("\(path): it is there, but may not be run")
      return .notRunnable
    case .absent: return S4L.notFound(name, tools, io)
    }
  }

  private func notRunnable(_ path: Path, _ error: SystemError, _ io: Standard) -> Status {
    io.log.error("\(path): \(error.words)")
    return .notRunnable
  }

  static func notFound(_ name: String, _ tools: Tools, _ io: Standard) -> Status {
    let known = ["help"] + tools.all().map(\.name)
    let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
    io.log.error("\(Path(text: name)): there is no such tool" + hint)
    return .notFound
  }
}
