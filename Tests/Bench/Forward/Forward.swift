internal import Command
internal import Core
internal import Records
internal import Stream

/// Forwards every record: what reading and writing costs each filter of a pipe at the least.
@main
struct Forward: Tool {
  static var page: Page {
    Page(
      name: "bench-forward", summary: "forward records", description: ["It is for measuring only."],
      reads: [.entry])
  }

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    let section = Section(io.output, tool: io.name)
    var relay = Relay(StreamReader(io.input), section, io.log)
    var nothing = Nothing()
    return try relay.run(&nothing)
  }
}

/// A stage to which no record belongs.
private struct Nothing: Stage {
  mutating func begin(_ head: inout Head) {}
  mutating func take(_ record: Record, _ section: Section) -> Bool { false }
  mutating func end(_ ending: Ending, _ section: Section) {}
}
