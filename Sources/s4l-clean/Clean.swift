internal import Cleaning
internal import Command
internal import Core
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// Removes what a stream of records says is to go.
@main
struct Clean: Tool {
  static var page: Page {
    Page(
      name: "s4l-clean",
      summary: "delete files as a plan, a listing or an upload says",
      description: [
        "s4l-clean reads records and deletes files below DIR; what is not its own it passes on. "
          + "Each delete becomes an outcome: what was withheld too, with the reason.",
        "Fed with a plan it carries out the deletes for DIR, which must be one of the two places "
          + "that the plan was made for, or {--side} says which of them it stands for. A delete in "
          + "a plan was inferred: the file was not there. So nothing is deleted before the plan "
          + "has come to its end, and nothing at all if the plan has no head, is cut off or "
          + "incomplete. Where nothing is known, at or below a hole, nothing is deleted.",
        "More than half of the target, or all of it, is not deleted: {--max-delete} sets another "
          + "bound, {--allow-empty} permits that nothing is left. If the plan does not say how many "
          + "files there are, {--max-delete} with a number is required.",
        "If a copy of the same run failed as later, unavailable or io, no file is deleted; if it "
          + "failed otherwise, or its file had vanished, none of the same size: it could be the "
          + "same file under a new name. {--delete-despite-errors} deletes all the same. A copy that "
          + "failed only because a planned delete has to come first holds back nothing.",
        "Before a file goes, it is looked at again: if it is not as it was when the plan was made, "
          + "it stays. Only files and symbolic links are deleted, and folders that become empty.",
        "A remove event is acted on as it comes, if the file is still not at the place that was "
          + "watched; so is the old name of a rename, once the new one was copied.",
      ],
      reads: [.head, .change, .outcome, .event, .hole, .tail],
      writes: [.head, .outcome, .tail],
      statuses: [
        .success, .partial, .usage, .data, .absent, .unavailable, .io, .later, .refused,
      ],
      examples: [
        .init(
          "Make a mirror.",
          "s4l scan photos | s4l diff --delete /mnt/photos | s4l put /mnt/photos | "
            + "s4l clean /mnt/photos"),
        .init(
          "Look first.",
          "s4l scan photos | s4l diff --delete /mnt/photos | s4l clean --dry-run /mnt/photos"),
      ],
      related: ["s4l-diff(1)", "s4l-put(1)", "s4l-scan(1)", "s4l-stream(5)"])
  }

  static var options: [Option<Self>] {
    [
      .flag("dry-run", "n", \.isDry, "Say what would be deleted; delete nothing."),
      .value(
        "max-delete", nil, "N", \.brakes.limit,
        "Refuse to delete more than N files, or with N% more than that share of the target."),
      .flag("allow-empty", nil, \.brakes.allowsEmpty, "Permit deleting all files of the target."),
      .flag(
        "delete-despite-errors", nil, \.despiteErrors, "Delete even if copies of the run failed."),
      .flag(
        "uploaded", "u", \.isUploaded, "Delete source files whose upload was confirmed, in DIR."),
      .value("trash", nil, "FOLDER", \.trash, "Move files there instead of deleting them."),
      .value("side", nil, "SIDE", \.side, "Act on this side of a plan."),
    ]
  }

  static var operands: [Operand<Self>] {
    [.one("DIR", \.folder, "The folder to delete from.", .folders)]
  }

  var isDry = false
  var isUploaded = false
  var brakes = Brakes()
  var despiteErrors = false
  var trash: Path?
  var side: Side?
  var folder = Path()

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    Interrupt.ignoreBrokenPipes()
    var orders = Orders(root: try Location(folder).folder())
    orders.side = side
    orders.brakes = brakes
    orders.trash = try trash?.resolved()
    orders.isDry = isDry
    orders.despiteErrors = despiteErrors
    if isUploaded {
      var stage = try Uploaded(orders, io.log)
      return try relay(&stage, io)
    }
    var stage = try Planned(orders, io.log)
    return try relay(&stage, io)
  }

  private func relay(_ stage: inout some Cleaner, _ io: Standard) throws(Failure) -> Status {
    let input = io.input
    let output = io.output
    input.beforeWaiting = { () throws(Failure) in try output.flush() }
    var relay = Relay(StreamReader(input), Section(output, tool: io.name), io.log)
    let status = try relay.run(&stage)
    if let refusal = stage.refusal { throw refusal }
    return status
  }
}

extension Side: Choice {}

extension Brakes.Limit: OptionValue {
  package static var noun: String { "a number of files, or a percentage such as 10%" }
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    self.init(text: text)
  }
}
