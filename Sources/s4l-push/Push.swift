internal import Command
internal import Core
internal import Pipeline

/// Copies a folder to another place: scan, diff, put and clean as one command.
@main
struct Push: Tool {
  static var page: Page {
    Line.Manner.push.page(
      name: "s4l-push",
      summary: "copy a folder to another place, and keep it in step",
      opening: "s4l-push makes DST hold what SRC holds: files that are new or changed are copied.",
      examples: [
        .init("Mirror a folder.", "s4l push --delete photos /mnt/backup/photos"),
        .init("See first what would happen.", "s4l push --delete -n photos /mnt/backup/photos"),
        .init("Keep a copy in a bucket.", "s4l push --delete photos s3://backup/photos"),
        .init("Empty a spool folder safely.", "s4l push --move spool s3://archive/spool"),
      ])
  }

  static var options: [Option<Self>] { Line.options(.push).map { $0.within(\.line) } }
  static var operands: [Operand<Self>] { Line.operands(.push).map { $0.within(\.line) } }

  var line = Line()

  func run(_ io: Standard) throws(Failure) -> Status { try Run.go(line, .push, io) }
}
