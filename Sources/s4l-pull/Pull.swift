internal import Command
internal import Core
internal import Pipeline

/// Brings a folder here: ls, diff, get and clean as one command.
@main
struct Pull: Tool {
  static var page: Page {
    Line.Manner.pull.page(
      name: "s4l-pull",
      summary: "bring a folder here from another place, and keep it in step",
      opening: "s4l-pull makes the folder DST hold what SRC holds: files that are new or changed "
        + "are copied.",
      examples: [
        .init("Fetch what is new.", "s4l pull /mnt/usb/photos photos"),
        .init("Mirror, and keep what goes.", "s4l pull --delete --trash old /mnt/nas/work work"),
        .init("Bring a bucket here.", "s4l pull s3://backup/photos photos"),
        .init("See first what would happen.", "s4l pull -n /mnt/usb/photos photos"),
      ])
  }

  static var options: [Option<Self>] { Line.options(.pull).map { $0.within(\.line) } }
  static var operands: [Operand<Self>] { Line.operands(.pull).map { $0.within(\.line) } }

  var line = Line()

  func run(_ io: Standard) throws(Failure) -> Status { try Run.go(line, .pull, io) }
}
