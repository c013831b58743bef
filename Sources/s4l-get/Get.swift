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

/// Copies the files that records name into a folder.
@main
struct Get: Tool {
  static var page: Page {
    Page(
      name: "s4l-get",
      summary: "copy files into a folder",
      description: [
        "s4l-get copies the files that the records on its standard input name into DIR, and "
          + "writes an outcome for each. It acts on entries, on the changes of a plan that copy "
          + "to the side that DIR stands on, and on events that create, write or rename; all else "
          + "is passed on.",
        "DIR is a folder of this machine; it is made when the first file arrives. Files come from "
          + "the other side of the plan; outside of a plan from {--from}, else from the root that "
          + "the head of the stream names, else from the current folder. Each of these may be a "
          + "folder or a store.",
        "A file is written beside its target under a name of ours and renamed into place, so "
          + "nothing half written ever has a name of its own. Just before that the target is "
          + "looked at: if it is not as it was when the plan was made, the item fails, to be "
          + "tried again later. No name, wherever it comes from, leads out of DIR.",
        RemoteChoice.prose,
        "A file of a store gets the time that its record tells: \"mtime\", else \"stored\". A "
          + "large one comes in several stretches at a time, all of the same version; what was "
          + "broken off is gone on with by the next run, unless the machine was started anew "
          + "meanwhile. What arrives is held against the etag where that is an MD5. Where DIR "
          + "takes names that differ in case only for one, the second of two such files fails.",
        TransferChoice.proof,
        "{--retry} takes what failed as files that are named anew: it copies them as they are now "
          + "over whatever the target holds, also over what the first run would not touch as "
          + "somebody had changed it. Where others write to the target, make a new plan instead.",
        "With {--library} DIR is a media library: of entries and events those are acted on whose "
          + "names are of side-cars (subtitles, pictures, descriptions), all else is passed on. "
          + "What is there already stays; with {--present} update it is replaced if its size or "
          + "time differs from what the record tells. Events are completed by a look at the store, "
          + "and a folder that one names is listed anew. What is written is noted in the "
          + "manifest, for s4l-clean.",
        "With {--mount} each file is first looked for below that folder, under the path it has in "
          + "the store. What cannot be read there, is not of the size that was listed, or does not "
          + "come within {--stall} (30s) is taken from the store. A mount that hangs four times is "
          + "left alone for the rest of the run. Where the root is a folder of this machine, it is "
          + "read with the same care.",
      ],
      reads: [.head, .entry, .change, .event, .outcome, .tail],
      writes: [.head, .outcome, .tail, .progress],
      environment: TransferChoice.variables + Stores.allVariables,
      files: [("DIR/.s4l/manifest", "With --library: what was written there, and from where.")]
        + Stores.files,
      statuses: RemoteChoice.statuses,
      examples: [
        .init("Fetch what is new.", "s4l ls /mnt/photos | s4l diff photos | s4l get photos"),
        .init(
          "Fetch from a store.",
          "s4l ls s3://backup/photos | s4l diff photos | s4l get photos"),
        .init(
          "Keep the side-cars of a media library.",
          "s4l ls drive:/films | s4l get --library --mount /mnt/films library |\n"
            + "  s4l clean --orphans --library library"),
        .init("Try again what failed.", "s4l get --retry --from /mnt/photos photos < outcomes"),
      ],
      related: [
        "s4l-clean(1)", "s4l-diff(1)", "s4l-ls(1)", "s4l-put(1)", "s4l-strm(1)", "s4l-s3(7)",
      ])
  }

  static var options: [Option<Self>] {
    TransferChoice.table.map { $0.within(\.choice) } + KeyChoice.table.map { $0.within(\.key) }
      + LibraryChoice.table.map { $0.within(\.library) }
      + RemoteChoice.table.map { $0.within(\.remote) }
  }

  static var operands: [Operand<Self>] {
    [.one("DIR", \.target, "The folder to copy into.", .folders)]
  }

  var choice = TransferChoice()
  var key = KeyChoice()
  var library = LibraryChoice()
  var remote = RemoteChoice()
  var target = Path()

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    let section = Section(io.output, tool: io.name)
    let progress = Progress(io.log, isQuiet: io.isQuiet, io.environment)
    var terms = try choice.terms()
    terms.heed(io.environment)
    try library.apply(to: &terms)
    if let encryption = try key.encryption() { terms.traits.encryption = encryption }
    let stores = Stores.withDrives(
      io.environment, io.log, remote.wishes(rate: terms.rate, width: terms.width))
    defer { stores.close() }
    return try Copying(
      to: target, terms, { (path) throws(Failure) in try stores.open(path) }, section,
      io.log, progress, takesStores: false
    ).run(io.input)
  }
}
