internal import Command
internal import Core
internal import Pipeline
internal import Records

/// Brings a folder here: ls, diff, get and clean as one command.
@main
struct Pull: Tool {
  static var page: Page {
    Page(
      name: "s4l-pull",
      summary: "bring a folder here from another place, and keep it in step",
      description: [
        "s4l-pull makes the folder DST hold what SRC holds: files that are new or changed are "
          + "copied.",
        "It runs s4l-ls, s4l-diff, s4l-get and, to delete, s4l-clean, each as a process of its "
          + "own; {--print} shows the pipe as it would be typed at a shell. One summary record is "
          + "written when all is done. Files that failed are named in it, up to 100 of them; the "
          + "outcomes of all stand in a file of the run, which s4l-get --retry reads.",
        "Without {--delete} nothing is ever deleted. With it, the rules of s4l-clean hold: nothing "
          + "goes where the listing of SRC has a hole or broke off, while copies fail for want of "
          + "a disk or a network, or when more than half of DST would go. A file that stands where "
          + "a folder belongs, or the reverse, takes a second run, which is made at once.",
        "With {--move}, each copy is read back and compared; only then its source is deleted.",
        "With {--dry-run}, standard error says what would be done: + is new, ~ is changed, - is to "
          + "be deleted, ? is unknown, ! would fail.",
      ],
      writes: [.summary],
      files: [
        ("$XDG_STATE_HOME/s4l/runs/ID.ndjson", "The failed outcomes of a run, if there were any.")
      ],
      statuses: [
        .success, .partial, .usage, .data, .absent, .unavailable, .io, .later, .refused,
      ],
      examples: [
        .init("Fetch what is new.", "s4l pull /mnt/usb/photos photos"),
        .init("Mirror, and keep what goes.", "s4l pull --delete --trash old /mnt/nas/work work"),
        .init("See first what would happen.", "s4l pull -n /mnt/usb/photos photos"),
      ],
      related: ["s4l-scan(1)", "s4l-ls(1)", "s4l-diff(1)", "s4l-get(1)", "s4l-clean(1)"])
  }

  static var options: [Option<Self>] { Line.options.map { $0.within(\.line) } }
  static var operands: [Operand<Self>] { Line.operands.map { $0.within(\.line) } }

  var line = Line()

  func run(_ io: Standard) throws(Failure) -> Status { try Run(line, .pull, io).go() }
}
