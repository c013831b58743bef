internal import Access
internal import ChoicesOfCopies
internal import Command
internal import Core
internal import DriveStores
internal import Records
internal import Store
internal import Stores
internal import Stream
internal import System
internal import Transfer
internal import Values

/// Copies the files that records name to a location.
@main
struct Put: Tool {
  static var page: Page {
    Page(
      name: "s4l-put",
      summary: "copy files to a location",
      description: [
        "s4l-put copies the files that the records on its standard input name, and writes an "
          + "outcome for each. It acts on entries, on the changes of a plan that copy to the side "
          + "that DST stands on, and on events that create, write or rename; all else is passed "
          + "on.",
        "DST is a folder, as a plain path or as file:///folder, which is made when the first file "
          + "arrives, or a store. Files come from the other side of the plan; outside of a plan "
          + "from {--from}, else from the root that the head of the stream names, else from the "
          + "current folder. Each of these may be a folder or a store.",
        "A file is written beside its target under a name of ours and renamed into place, so "
          + "nothing half written ever has a name of its own; a run that was killed leaves at "
          + "most such a file, which the next one replaces. Just before that the target is looked "
          + "at: if it is not as it was when the plan was made, the item fails, to be tried again "
          + "later. A file that changes while it is copied fails likewise, one that has gone "
          + "since it was listed has vanished and is nobody's failure.",
        TransferChoice.proof,
        RemoteChoice.prose,
        "To a store, a file goes whole or not at all, and its outcome says \"confirmed\" if the "
          + "store verified a digest of the very bytes that were read. {--confirm} has the store "
          + "tell the digests of files that the plan keeps, and sends a file again where it "
          + "cannot, unless it is kept as the newer one; what was just sent is looked at once "
          + "more, and read back where nobody signs the requests. A store has no folders and no "
          + "symbolic links: the ones are not made, the others fail. {--jobs} is how many "
          + "files are under way at once, which the store decides otherwise. {--encryption}, "
          + "{--tag} and their like are for stores alone.",
        "A file of more than 32 MiB, or {--part-size}, goes in parts, several at a time. Parts "
          + "that a run left behind are gone on with by the next one, if the file has not been "
          + "touched since and their digests are right. Those of files that nobody sends again "
          + "cost money until they are given up: {--sweep}=7d does so for all uploads at DST that "
          + "were begun more than a week ago, also those of other programs. At a drive it removes "
          + "what runs of s4l have left that were killed so long ago; see s4l-drives(7).",
        "{--if-none-match} and {--if-match}, and the condition that the object be as the plan saw "
          + "it, are kept by the store itself where it can: for files in one request by aws, rgw, "
          + "minio and r2, for files in parts by aws. Of the others it is asked just before, "
          + "which leaves a moment in which somebody else may write. {--provider} says whose kind "
          + "a store is, where its address does not tell.",
        "With {--differing} the target of each file is looked at first, and the file is copied "
          + "only if there is none or if it has another size: for a few files of many, for which "
          + "a plan would have to list the whole target. {--confirm} compares those of equal size.",
        "{--retry} takes what failed as files that are named anew: it copies them as they are now "
          + "over whatever the target holds, also over what the first run would not touch as "
          + "somebody had changed it. Where others write to the target, make a new plan instead.",
        "A listing without a head is trusted less: a file whose size or time is not as listed "
          + "fails, and so does one that is missing. Symbolic links inside DST are followed where "
          + "they stay inside.",
        "Where standard error is a terminal, one line there tells how many files and bytes are "
          + "copied of those to be copied, at what rate, and, once the input has been read to its "
          + "end, when all will be done; a + says that there may be more. With one job the input "
          + "is not read ahead.",
      ],
      reads: [.head, .entry, .change, .event, .outcome, .tail],
      writes: [.head, .outcome, .tail, .progress],
      environment: TransferChoice.variables + Stores.allVariables,
      files: Stores.files,
      statuses: RemoteChoice.statuses,
      examples: [
        .init("Copy what is new.", "s4l scan photos | s4l diff /mnt/photos | s4l put /mnt/photos"),
        .init(
          "Send what is new to a store.",
          "s4l scan photos | s4l diff s3://backup/photos | s4l put s3://backup/photos"),
        .init("Copy one file.", #"echo '{"path":"a.txt"}' | s4l put /mnt/backup"#),
        .init(
          "Make objects that nobody shall replace, and give up old parts.",
          "s4l scan out | s4l put --if-none-match --sweep 7d s3://backup/out"),
        .init("Try again what failed.", "s4l put --retry --from photos /mnt/photos < outcomes"),
      ],
      related: ["s4l-clean(1)", "s4l-diff(1)", "s4l-get(1)", "s4l-scan(1)", "s4l-s3(7)"])
  }

  static var options: [Option<Self>] {
    TransferChoice.table.map { $0.within(\.choice) } + [
      .flag(
        "differing", nil, \.onlyDiffering,
        "Outside of a plan, copy only files whose target is missing or of another size.")
    ]
      + ObjectChoice.table.map { $0.within(\.object) }
      + UploadChoice.table.map { $0.within(\.upload) }
      + RemoteChoice.table.map { $0.within(\.remote) }
  }

  static var operands: [Operand<Self>] {
    [.one("DST", \.target, "The location to copy to.", .folders)]
  }

  var choice = TransferChoice()
  var object = ObjectChoice()
  var upload = UploadChoice()
  var remote = RemoteChoice()
  var onlyDiffering = false
  var target = Path()

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    let section = Section(io.output, tool: io.name)
    let progress = Progress(io.log, isQuiet: io.isQuiet, io.environment)
    var terms = try choice.terms()
    terms.heed(io.environment)
    terms.onlyDiffering = onlyDiffering
    try object.apply(to: &terms)
    let stores = Stores.withDrives(
      io.environment, io.log,
      remote.wishes(rate: terms.rate, width: terms.width, partSize: upload.partSize))
    defer { stores.close() }
    let status = try Copying(
      to: target, terms, { (path) throws(Failure) in try stores.open(path) }, section,
      io.log, progress
    ).run(io.input)
    if let sweep = upload.sweep, !terms.isDry, !Interrupt.isRequested {
      try sweepUploads(stores, sweep, io)
    }
    return status
  }

  /// What earlier runs have left at the target, which costs its owner money.
  private func sweepUploads(
    _ stores: Stores, _ span: Span, _ io: Standard
  ) throws(Failure) {
    guard case .store(let store) = try stores.open(target) else { return }
    let count = try store.sweep(before: Clock.now().advanced(by: -span.nanoseconds))
    io.log.info("\(count) abandoned uploads given up")
  }
}
