internal import Command
internal import Core
internal import Records
internal import ChoicesOfTree
internal import Stream
internal import System
internal import Tree
internal import Values

/// Lists the files of a tree as records, in byte order of path.
@main
struct Scan: Tool {
  static var page: Page {
    Page(
      name: "s4l-scan",
      summary: "list the files of a folder as records",
      description: [
        "s4l-scan writes one entry for each file below DIR, in byte order of the whole path, a "
          + "folder counting as \"name/\". This is the order in which object stores list their "
          + "keys, so listings of any two places can be compared while they are read.",
        "A file or folder that cannot be looked at becomes a hole: of what lies there nothing is "
          + "known, and no later tool deletes it. So does what was not to be looked at: symbolic "
          + "links under {--links}=skip, folders below {--max-depth}, other file systems, fifos, "
          + "sockets and devices; these do not affect the exit status. A file that vanishes while "
          + "the listing is made is simply not there.",
        "Patterns are globs: * and ? stop at a slash, ** does not. A pattern with a leading slash "
          + "starts at DIR, any other matches at any depth; one that ends in a slash matches "
          + "folders only; folder/* means all that the folder holds. What {--exclude} matches is "
          + "not even entered. If there is an {--include}, only files that match one of them, or "
          + "lie in a folder that does, are listed. {--preset} may be given several times: clutter "
          + "leaves out hidden files, temporaries and backups; images and videos list only such "
          + "files, known by what their names end in, beside what is included. What patterns leave "
          + "out is protected: the patterns travel in the head of the stream, and s4l-diff applies "
          + "them to both sides.",
        "{--min-size}, {--max-size}, {--newer} and {--older} make the listing a selection: files "
          + "that are not in it may exist all the same, so nothing is ever deleted because of it.",
        "Names that start with .s4l are reserved and never listed.",
        Percent.prose,
      ],
      writes: [.head, .entry, .hole, .tail],
      statuses: [.success, .partial, .usage, .absent, .io, .refused],
      examples: [
        .init("See what is there.", "s4l scan photos"),
        .init("What would a mirror change?", "s4l scan photos | s4l diff /mnt/backup/photos"),
        .init(
          "Leave out what nobody needs twice.",
          "s4l scan --preset clutter -E .git/ -E 'node_modules/' work"),
      ],
      related: ["s4l-diff(1)", "s4l-hash(1)", "s4l-ls(1)", "s4l-put(1)"])
  }

  static var options: [Option<Self>] {
    ScopeChoice.table.map { $0.within(\.choice) } + [
      .value("jobs", "j", "N", \.jobs, "Look at N folders at a time."),
      .maxCPU(\.share),
    ]
  }

  static var operands: [Operand<Self>] {
    [.one("DIR", \.root, "The folder to list.", .folders)]
  }

  var choice = ScopeChoice()
  var jobs = Width(1)
  var share: Percent?
  var root = Path()

  func run(_ io: Standard) throws(Failure) -> Status {
    var scope = choice.scope(at: Clock.now())
    if let share { scope.meter = try Meter(percent: share.number, io.environment) }
    let walk = try Walk(root, scope)
    let section = Section(io.output, tool: io.name)
    let status = try walk.list(try root.resolved(), jobs.number, section)
    try io.output.flush()
    scope.meter?.rest()
    return status
  }
}
