internal import Agreement
internal import Command
internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// Writes the next base of a two-way sync.
@main
struct Settle: Tool {
  static var page: Page {
    Page(
      name: "s4l-settle",
      summary: "remember how both sides of a two-way sync are now",
      description: [
        "s4l-settle stands last in the pipe of a two-way sync. It reads what became of a plan that "
          + "s4l-diff --both made, passes all of it on, and writes BASE, by which the next plan "
          + "tells what was changed and what was deleted since.",
        "A path gets a new line if both sides were seen to be alike: the plan keeps it, or it was "
          + "copied. It loses its line only by a delete that was done, or if both sides are rid of "
          + "it, which the plan calls forget. Of every other path the old line stays: of copies "
          + "that failed, of files that vanished, of what nobody acted on, of what lies where "
          + "nothing is known. So a file that was never copied is never taken for deleted, and "
          + "what was left undone is planned again. The line of a delete that was not done is "
          + "given \"held\", the number of files that there were, by which s4l-clean judges it "
          + "when it is planned again.",
        "BASE is written beside itself and put in its place whole, so it can be killed at any "
          + "moment: the old base stays, and the next run finds what this one has done. What was "
          + "copied to a folder is brought to its disk first, and if that fails BASE stays as it "
          + "was. If the "
          + "input is cut off, what arrived of copies counts, no line goes, and the exit status is "
          + "65. Nor does any line go if the tail says that something was not seen. Without a "
          + "head, or with a plan for other places than those of BASE, nothing is written, nor "
          + "where a tool was given another place than that of its --side. Under a "
          + "dry plan nothing is written either.",
        "BASE is a stream itself, the plan that keeps everything: the members of a line are those "
          + "of the left side's version, and \"was\" is that of the right.",
      ],
      reads: [.head, .change, .outcome, .tail],
      writes: [.head, .tail],
      statuses: [.success, .partial, .usage, .data, .absent, .io, .refused],
      examples: [
        .init(
          "Two folders, in step.",
          "s4l diff --both --base base a b | s4l put b | s4l put a |\n"
            + "  s4l clean a | s4l clean b | s4l settle base"),
        .init(
          "A folder and a bucket.",
          "s4l diff --both --base base notes s3://b/notes | s4l put s3://b/notes |\n"
            + "  s4l get notes | s4l clean notes | s4l clean s3://b/notes | s4l settle base"),
        .init("What are both sides agreed on?", "jq -r .path base"),
      ],
      related: ["s4l-diff(1)", "s4l-sync(1)", "s4l-clean(1)", "s4l-put(1)", "s4l-stream(5)"])
  }

  static var options: [Option<Self>] {
    [.flag("dry-run", "n", \.isDry, "Write no base; pass everything on all the same.")]
  }

  static var operands: [Operand<Self>] {
    [.one("BASE", \.base, "The file that remembers; it is made by the first run.", .files)]
  }

  var isDry = false
  var base = Path()

  func run(_ io: Standard) throws(Failure) -> Status {
    Interrupt.ignoreBrokenPipes()
    let input = io.input
    let output = io.output
    input.beforeWaiting = { () throws(Failure) in try output.flush() }
    var stage = Settling(base, isDry: isDry)
    var relay = Relay(StreamReader(input), Section(output, tool: io.name), io.log)
    let status = try relay.run(&stage)
    if let refusal = stage.refusal { throw refusal }
    return status
  }
}
