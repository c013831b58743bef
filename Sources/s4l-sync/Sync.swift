internal import Annals
internal import Command
internal import Core
internal import Jobs
internal import Pipeline
internal import Records
internal import Settings
internal import System
internal import Values

/// Brings two places in step: diff, put or get, clean and settle as one command.
@main
struct Sync: Tool {
  static var page: Page {
    Page(
      name: "s4l-sync",
      summary: "keep two places in step, whichever of them changes",
      description: [
        "s4l-sync makes A and B hold the same: what is new or changed on either side is copied to "
          + "the other, and what was deleted on one side is deleted on the other. Each may be a "
          + "folder or a store. With no place named, A is local_entries_path of the configuration, "
          + "and B the remote that it names as provider.",
        "It runs s4l-diff --both, s4l-put or s4l-get for either side, s4l-clean for either side "
          + "and s4l-settle, each as a process of its own; {--print} shows the pipe as it would be "
          + "typed at a shell. One summary record is written when all is done.",
        "How both sides were when they were last in step is remembered in a base, one for each two "
          + "places, whichever is named first, or in the file of {--base}. By it, what is missing "
          + "on one side is told from what is new on the other. The first run has no base: it "
          + "makes both sides hold what either has, and deletes nothing. A base that is lost costs "
          + "no more than that; files that were deleted meanwhile come back. One that is damaged, "
          + "which is exit status 65, can be removed for the same price. The same name of a bucket "
          + "or container at another account or service is another place; a FILE of {--base}, "
          + "which is for one pair only, is held against the names alone.",
        "A file that both sides have changed is kept if it is alike on both. Otherwise it is a "
          + "conflict, which the side wins whose file was modified last; {--conflict} says "
          + "otherwise, as s4l-diff(1) tells. With keep-both the other version is saved beside it, "
          + "as in notes.conflict-left-20261128T121530042Z.md, on both sides. What was changed "
          + "on one side and deleted on the other is not deleted. Every copy that decides a "
          + "conflict says so in its record; the summary counts them, and a warning names the "
          + "first. With {--trash} the version that loses goes to the trash of its side, and the "
          + "other takes its place in a second pass, which is made at once; without, it is gone.",
        "The rules of s4l-clean hold on both sides: nothing goes where a listing has a hole or "
          + "broke off, while copies fail for want of a disk or a network, or when more than half "
          + "of what was in step on a side would go. What was held back once counts against the "
          + "number of files that there were then, however many were copied since, until it is "
          + "permitted or the files are back. Nor does anything go if one side is not there at "
          + "all: that is exit status 66. {--trash} may be given twice, with a folder for folders "
          + "and a store "
          + "for stores.",
        "The base also knows which file systems a folder lies on, also those mounted below it. "
          + "Where a mount is gone, or another disk lies in its place, nothing is done on either "
          + "side: neither is what is missing there deleted, nor anything copied to where it would "
          + "be hidden later. A warning names the folder, and the exit status is 77. After a move "
          + "to another disk {--allow-other-disk} says that it is right so; s4l-diff(1) tells what "
          + "makes a file system another. {--sentinel} names a file that both sides must have, "
          + "which guards a place that is no folder, too.",
        "A listing can leave out what is there. So before a file goes because the other side has "
          + "lost it, that side is asked for it by its name. That takes a request for each delete, "
          + "many at once, and none where nothing is deleted. If the file is there after all, or "
          + "the other side does not say, it stays, the exit status is 1, and the next run "
          + "decides.",
        "It can be killed at any moment, and the next run goes on. While it runs, no other run of "
          + "s4l-sync or s4l-run that would change these places begins: exit status 75.",
        "With {--dry-run}, standard error says what would be done, > on B and < on A: + is new, ~ "
          + "is changed, - is to be deleted, ? is unknown, ! would fail.",
        "Symbolic links are passed over, on both sides, and so are names that begin with .s4l; "
          + "what patterns leave out stays as it is. A mode that was changed alone is not carried "
          + "over.",
      ],
      writes: [.summary],
      environment: [
        (
          "S4L_PROGRESS_FD",
          "A descriptor to which the copying stages write progress records, not to the terminal."
        )
      ],
      files: [
        ("$XDG_STATE_HOME/s4l/sync/ID.base", "How two places were when they were last in step."),
        ("$XDG_STATE_HOME/s4l/runs/ID.ndjson", "The failed outcomes of a run, if there were any."),
      ],
      statuses: [
        .success, .partial, .usage, .data, .absent, .unavailable, .io, .later, .refused, .config,
      ],
      examples: [
        .init("Keep notes in step with a bucket.", "s4l sync notes s3://backup/notes"),
        .init("See first what would happen.", "s4l sync -n notes /mnt/usb/notes"),
        .init("Lose no version.", "s4l sync --conflict keep-both notes /mnt/usb/notes"),
        .init(
          "Keep what goes.",
          "s4l sync --trash old --trash s3://backup/old notes s3://backup/notes"),
      ],
      related: [
        "s4l-diff(1)", "s4l-settle(1)", "s4l-push(1)", "s4l-pull(1)", "s4l-clean(1)",
        "s4l-recipes(7)", "s4l-s3(7)",
      ])
  }

  static var options: [Option<Self>] { Pair.options.map { $0.within(\.pair) } }
  static var operands: [Operand<Self>] { Pair.operands.map { $0.within(\.pair) } }

  var pair = Pair()

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    let started = Clock.now()
    let configuration = try Resolution.load(nil, io.environment).configuration(reporting: io.log)
    try pair.settle(configuration)
    let home = try BaseHome(pair, configuration, io.environment)
    let base = try home.base(for: &pair, io)
    var course = try Course(pair, base: base)
    if pair.prints {
      io.output.buffer.append(course.recipe.shell)
      return .success
    }
    let failures = FailureFile(started, io.environment)
    if pair.isDry { return try Run.go(course, started, failures, io) }
    let claim = Claim(.alone, home.claimed)
    let hold = try Locks(io.environment).take(claim, run: failures.identifier)
    defer { hold.release() }
    course.keepsake = hold.descriptor
    return try Run.go(course, started, failures, io)
  }
}
