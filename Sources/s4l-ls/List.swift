internal import Command
internal import Core
internal import Records
internal import Choices
internal import Store
internal import Stream
internal import System
internal import Tree
internal import Values

/// Lists a store as records, in byte order of path.
@main
struct List: Tool {
  static var page: Page {
    Page(
      name: "s4l-ls",
      summary: "list a store as records",
      description: [
        "s4l-ls writes one entry for each file below LOCATION, in byte order of the whole path. "
          + "s4l-diff runs it for the other side of a comparison; it is also the source of a pull.",
        "This release knows one kind of store: a folder of this machine, written as a plain path "
          + "or as file:///folder. A path with a colon in its first part is written with ./ before "
          + "it. For a folder, s4l-ls writes what s4l-scan does; the options are told there.",
        "A location that does not exist is exit status 66, and no records: what is not there is "
          + "not the same as what is empty.",
      ],
      writes: [.head, .entry, .hole, .tail],
      statuses: [.success, .partial, .usage, .absent, .unavailable, .io, .refused],
      examples: [
        .init("See what the backup holds.", "s4l ls /mnt/backup/photos"),
        .init("The ten largest files.", "s4l ls --human . | sort -rh | head"),
        .init("Bring a folder here.", "s4l ls /mnt/usb | s4l diff here | s4l get here"),
      ],
      related: ["s4l-scan(1)", "s4l-diff(1)", "s4l-get(1)"])
  }

  static var options: [Option<Self>] {
    ScopeChoice.table.map { $0.within(\.choice) } + [
      .flag("human", nil, \.isHuman, "Write lines for people instead of records."),
      .value("jobs", "j", "N", \.jobs, "Look at N folders at a time."),
    ]
  }

  static var operands: [Operand<Self>] {
    [.one("LOCATION", \.location, "The folder to list.", .folders)]
  }

  var choice = ScopeChoice()
  var isHuman = false
  var jobs = Count(1)
  var location = Path()

  func run(_ io: Standard) throws(Failure) -> Status {
    let root = try Location(location).folder()
    let walk = try Walk(root, choice.scope(at: Clock.now()))
    let table = Table(io.output)
    let output = isHuman ? Output("stdout", sink: table.write) : io.output
    return try walk.list(root, jobs.number, Section(output, tool: io.name))
  }
}
