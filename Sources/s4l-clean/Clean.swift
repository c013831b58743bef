internal import Access
internal import ChoicesOfCleaning
internal import Cleaning
internal import Command
internal import Core
internal import DriveStores
internal import Records
internal import Store
internal import Stores
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
        "s4l-clean reads records and deletes files below LOCATION, a folder or a store; what is "
          + "not its own it passes on. Each delete becomes an outcome: what was withheld too, "
          + "with the reason.",
        RemoteChoice.prose
          + " There, up to a thousand files go with one request.",
        "Fed with a plan it carries out the deletes for LOCATION, which must be one of the two "
          + "places that the plan was made for, or {--side} says which of them it stands for. A "
          + "delete in a plan was inferred: the file was not there. So nothing is deleted before "
          + "the plan has come to its end, and nothing at all if the plan has no head, is cut off "
          + "or incomplete. Where nothing is known, at or below a hole, nothing is deleted.",
        "More than half of the target, or all of it, is not deleted: {--max-delete} sets another "
          + "bound, {--allow-empty} permits that nothing is left. If the plan does not say how "
          + "many files there are, {--max-delete} with a number is required. What is held back so "
          + "ends the run with status 77.",
        "If a copy of the same run failed as later, unavailable or io, no file is deleted; if it "
          + "failed otherwise, or its file had vanished, none of the same size: it could be the "
          + "same file under a new name. {--delete-despite-errors} deletes all the same. A copy "
          + "that failed only because a planned delete has to come first holds back nothing.",
        "Before a file goes, it is looked at again: if it is not as it was when the plan was "
          + "made, it stays. Of a folder only files and symbolic links are deleted, and folders "
          + "that become empty.",
        "A delete in a plan says no more than that a listing of the other side did not name the "
          + "file, and a listing can leave out what is there. So where that side is a store, or "
          + "the plan is for both of its sides, as s4l-diff --both makes it, it is asked once for "
          + "each such file, by its name: a request for each delete, as many at once as the store "
          + "likes. What patterns have left out is not asked for. What is there after all stays, "
          + "and so does what the other side does not tell of; the outcome says so, and the exit "
          + "status is 1. A version that has lost a conflict goes without that, but only to a "
          + "{--trash}, and is bounded by no share.",
        "Of a plan for both sides, the files of a side count that the base names. A delete that "
          + "an earlier run put off says how many those were, \"held\"; it is held against that "
          + "number too, so that it does not become one of few by what is copied meanwhile.",
        "A remove event is acted on as it comes, if the file is still not at the place that was "
          + "watched; so is the old name of a rename, once the new one was copied. In a folder "
          + "with a manifest, or with {--library}, the path of an event is that of a source: what "
          + "was made of it goes, and nothing else, if the store itself says that it is not there. "
          + "A store that cannot be asked, or in which nothing at all is left, says nothing.",
        "With {--orphans} it reads a complete listing and deletes the files of LOCATION that it "
          + "does not name, under the same conditions. If s4l-strm or s4l-get keep a manifest in "
          + "a folder, only files of theirs are deleted, those whose source the listing does not "
          + "name; {--foreign} extends this to all files, {--library} deletes nothing where there "
          + "is no manifest. A file that was changed since it was written is not theirs any more.",
        "A listing speaks of its own root, and of what its filters let through: files that came "
          + "from another place stay, and so do those whose sources are left out. Files that a "
          + "release noted down without their place stay too, until a listing names their source; "
          + "from then on they are its own.",
        "Once s4l-strm names its files in another way, a film has two of them, since its source is "
          + "still there. Behind s4l-strm, {--renamed} with {--orphans} deletes those that the "
          + "manifest names for a film whose outcome tells another one. It is no matter of course, "
          + "as somebody may want a library with two files for each film.",
        "With {--confirm-runs} an orphan goes only when so many runs in succession, this one "
          + "included, have found it. A run that sees it named begins anew; one whose listing is "
          + "incomplete, or that finds more orphans than may be deleted, does not count, nor does "
          + "one that knows nothing of its place. So no number of runs lifts the bounds: a mount "
          + "that is gone is found gone each time.",
        "With {--uploaded} LOCATION is a folder, the source, and the files go that were copied "
          + "and confirmed, if they are still those that were read. A file is moved to its "
          + ".s4l/uploaded, looked at again, then deleted or put back; what a run that was killed "
          + "left there, the next one puts back first.",
        "{--trash} keeps what is deleted. The trash of a folder is a folder on the same file "
          + "system; that of a store is a store to which the server can copy on its own.",
        "What a watcher or an upload proves is not bounded by shares of the whole, but by "
          + "{--max-delete} with a number.",
      ],
      reads: [.head, .change, .outcome, .event, .hole, .tail],
      writes: [.head, .outcome, .tail],
      environment: Stores.allVariables,
      files: [
        ("LOCATION/.s4l/manifest", "What s4l-strm and s4l-get wrote there, and from where."),
        ("LOCATION/.s4l/orphans", "Orphans that later runs have to find too, and how many did."),
        ("LOCATION/.s4l/uploaded/", "Uploaded files between their last check and their end."),
      ] + Stores.files,
      statuses: RemoteChoice.statuses,
      examples: [
        .init(
          "Make a mirror.",
          "s4l scan photos | s4l diff --delete /mnt/photos | s4l put /mnt/photos |\n"
            + "  s4l clean /mnt/photos"),
        .init(
          "Send files away for good.",
          "s4l scan --stat out | s4l put --confirm s3://bucket/out |\n  s4l clean --uploaded out"),
        .init(
          "Make a mirror in a bucket, and keep what goes.",
          "s4l scan photos | s4l diff --delete s3://b/photos | s4l put s3://b/photos |\n"
            + "  s4l clean --trash s3://b/old s3://b/photos"),
        .init(
          "Clean a media library of what is gone from a drive.",
          "s4l ls drive:/films | s4l get --library library |\n"
            + "  s4l clean --orphans --library --confirm-runs 2 library"),
        .init(
          "Look first.",
          "s4l scan photos | s4l diff --delete /mnt/photos |\n  s4l clean --dry-run /mnt/photos"),
      ],
      related: ["s4l-diff(1)", "s4l-put(1)", "s4l-scan(1)", "s4l-stream(5)", "s4l-s3(7)"])
  }

  static var options: [Option<Self>] {
    [
      .flag("dry-run", "n", \.isDry, "Say what would be deleted; delete nothing."),
      .flag(
        "orphans", nil, \.isOrphans, "Delete the files that a complete listing does not name."),
      .flag(
        "foreign", nil, \.isForeign,
        "With --orphans, delete files too that no manifest names."),
      .flag(
        "renamed", nil, \.takesRenamed,
        "With --orphans, delete a .strm whose film now has one of another name."),
      .flag("library", nil, \.isLibrary, "Delete only what a manifest in LOCATION names."),
      .value(
        "confirm-runs", nil, "N", \.confirmRuns,
        "With --orphans, delete what N runs in succession have found."),
      .flag(
        "uploaded", nil, \.isUploaded, "Delete source files whose upload was confirmed."),
      .value("side", nil, "SIDE", \.side, "Act on this side of a plan, left or right."),
    ] + BrakeChoice.table.map { $0.within(\.braking) }
      + RemoteChoice.table.map { $0.within(\.remote) }
  }

  static var operands: [Operand<Self>] {
    [.one("LOCATION", \.location, "The place to delete from.", .folders)]
  }

  var isDry = false
  var isOrphans = false
  var isForeign = false
  var isLibrary = false
  var takesRenamed = false
  var confirmRuns: Count?
  var isUploaded = false
  var braking = BrakeChoice()
  var remote = RemoteChoice()
  var side: Side?
  var location = Path()

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    try check()
    Interrupt.ignoreBrokenPipes()
    let stores = Stores.withDrives(io.environment, io.log, remote.wishes())
    defer { stores.close() }
    var orders = Orders(root: try stores.open(location))
    orders.side = side
    orders.brakes = braking.brakes
    if let trash = braking.trash { orders.trash = try stores.open(trash) }
    orders.isDry = isDry
    orders.despiteErrors = braking.ignoresErrors
    orders.isLibrary = isLibrary
    orders.takesRenamed = takesRenamed
    orders.confirmRuns = confirmRuns?.number ?? 1
    orders.open = { (path) throws(Failure) in try stores.open(path) }
    if confirmRuns != nil, case .store(let store) = orders.root {
      throw Failure(.usage, "\(store.location)", "--confirm-runs needs a folder to remember in")
    }
    if isOrphans {
      var stage = try Orphans(orders, ignoresManifest: isForeign, io.log)
      return try relay(&stage, io)
    }
    if isUploaded {
      var stage = try Uploaded(orders, io.log)
      return try relay(&stage, io)
    }
    var stage = try Planned(orders, io.log)
    return try relay(&stage, io)
  }

  private func check() throws(Failure) {
    if isUploaded, isOrphans {
      throw Failure(
        .usage, "--uploaded", "together with --orphans, what was uploaded would be deleted next")
    }
    if isForeign, !isOrphans { throw Failure(.usage, "--foreign", "it goes with --orphans only") }
    if takesRenamed, !isOrphans {
      throw Failure(.usage, "--renamed", "it goes with --orphans only")
    }
    if takesRenamed, isForeign {
      throw Failure(.usage, "--renamed", "it goes by a manifest, so not with --foreign")
    }
    if confirmRuns != nil, !isOrphans {
      throw Failure(.usage, "--confirm-runs", "it goes with --orphans only")
    }
    if isLibrary, isForeign || isUploaded {
      throw Failure(
        .usage, "--library", "it cannot be combined with \(isForeign ? "--foreign" : "--uploaded")")
    }
  }

  private func relay(_ stage: inout some Cleaner, _ io: Standard) throws(Failure) -> Status {
    let input = io.input
    let output = io.output
    let settle = stage.settling
    input.beforeWaiting = { () throws(Failure) in
      try settle()
      try output.flush()
    }
    var relay = Relay(StreamReader(input), Section(output, tool: io.name), io.log)
    let status = try relay.run(&stage)
    if let refusal = stage.refusal { throw refusal }
    return status
  }
}
