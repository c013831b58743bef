internal import Command
internal import Core
internal import Digests
internal import Hashing
internal import Records
internal import Stream
internal import System
internal import Values

/// Adds digests to the records that name files.
@main
struct Hash: Tool {
  static var page: Page {
    Page(
      name: "s4l-hash",
      summary: "add digests to the records that name files",
      description: [
        "s4l-hash reads the files that entries, changes to be copied or kept, and create and write "
          + "events name, and adds their digests. All other records are forwarded. The order is "
          + "kept, also where several files are read at a time.",
        "The files lie below {--from}, else below the root that the head names (under the head of "
          + "a plan, its left side), else below the current folder. No symbolic link leads out of "
          + "there, unless the listing was made by following links.",
        "A file is looked at before and after it is read, and must be as its record says: size "
          + "and mtime. One that changes is read a second time; one that changes again has no "
          + "digest. In a listing such a file, one that cannot be read and one that is gone "
          + "become a hole, so that nothing is concluded from its absence; elsewhere its record "
          + "becomes an outcome that failed.",
        "{--etag} adds the ETag that S3 gives a file uploaded in parts of SIZE, as etag and "
          + "part_size. A file that fits into one part has the plain MD5, as after an upload in "
          + "one piece.",
        "With {--cache} a file is not read again while its device, inode, size, mtime and ctime "
          + "are those of an earlier run. A file that changed within the two seconds before it "
          + "was read is not remembered. The cache is a stream of entries, merged with the input "
          + "in order of path: a record that comes out of order is answered without it. A "
          + "complete listing leaves nothing in it that is not listed, so every tree wants a "
          + "cache of its own. Files that events name have just changed: they are read without "
          + "it, and it is nobody's while a section of events goes on.",
        "{--verify} adds nothing: the digests that a record carries are compared with the file, "
          + "and a record for which they hold is forwarded as it is. One that does not becomes an "
          + "outcome that failed, followed in a listing by a hole: what may be the one good copy "
          + "elsewhere is neither deleted nor written over.",
        Percent.prose,
      ],
      reads: [.entry, .change, .event],
      writes: [.head, .entry, .change, .event, .outcome, .hole, .tail],
      files: [
        ("FILE.new", "What a run has learnt so far for the cache FILE; it is locked meanwhile.")
      ],
      statuses: [.success, .partial, .usage, .data, .absent, .io, .refused],
      examples: [
        .init("List a folder with SHA-256.", "s4l scan photos | s4l hash"),
        .init(
          "Compare by content, reading only what changed since the last time.",
          "s4l scan photos | s4l hash --cache ~/.cache/photos.ndjson |\n"
            + "  s4l diff --compare checksum /mnt/backup/photos"),
        .init(
          "Does the archive still hold what it did?", "s4l hash --verify -j 2 < archive.ndjson"),
      ],
      related: ["s4l-diff(1)", "s4l-scan(1)", "s4l-stream(5)"])
  }

  static var options: [Option<Self>] {
    [
      .list("algorithm", nil, "NAME", \.algorithms, "Add this digest; sha256 unless given."),
      .value("etag", nil, "SIZE", \.etag, "Add the ETag that S3 gives to parts of this size."),
      .value("from", nil, "DIR", \.from, "The folder that the paths lie below."),
      .value("cache", nil, "FILE", \.cache, "Remember digests in FILE, and use those in it."),
      .flag("verify", nil, \.verifies, "Check the digests that records carry, adding none."),
      .value("jobs", "j", "N", \.jobs, "Read N files at a time."),
      .maxCPU(\.share),
    ]
  }

  var algorithms: [Algorithm] = []
  var etag: Size?
  var from: Path?
  var cache: Path?
  var verifies = false
  var jobs = Width(1)
  var share: Percent?

  func run(_ io: Standard) throws(Failure) -> Status {
    let section = Section(io.output, tool: io.name)
    var stage = try HashStage(try choices(io.environment), io.log)
    let input = io.input
    input.beforeWaiting = { [stage] () throws(Failure) in try stage.catchUp(section) }
    var relay = Relay(StreamReader(input), section, io.log)
    return try relay.run(&stage)
  }

  private func choices(_ environment: Environment) throws(Failure) -> HashStage.Choices {
    if let etag, etag.bytes == 0 { throw Failure(.usage, "--etag", "a part must hold something") }
    if verifies, cache != nil {
      throw Failure(.usage, "--verify", "it reads every file, so --cache has no use with it")
    }
    var choices = HashStage.Choices()
    let usual: [Algorithm] = verifies ? Algorithm.allCases : etag == nil ? [.sha256] : []
    choices.recipe = Recipe(
      algorithms.isEmpty ? usual : algorithms, partSize: etag?.bytes)
    choices.from = from
    choices.verifies = verifies
    choices.cache = cache
    choices.jobs = jobs.number
    if let share { choices.meter = try Meter(percent: share.number, environment) }
    return choices
  }
}

extension Algorithm: Choice {}
