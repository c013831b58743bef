internal import Core
internal import Records
internal import Stream
internal import Values

/// What a run has come to, as far as the outcomes at the end of its pipe tell.
struct Tallies {
  /// How many failed files a summary names; all of them stand in the run's file.
  static let mostNamed = 100

  var left: Path?
  var right: Path?
  var total: Int?
  /// How many files outcomes have told of, whatever became of them.
  var told = 0
  var uploaded = 0
  /// How many files were written that have no bytes of their source, as .strm files.
  var written = 0
  var bytes = 0
  var deleted = 0
  var vanished = 0
  var failed = 0
  /// How many of the failures, and of the places that could not be looked at, may pass by
  /// themselves.
  var passing = 0
  var lingering = Lingering()
  var failedNames: [String] = []
  var flips = 0
  /// How many versions that lost were saved under another name.
  var saved = 0
  /// How many versions went to the trash for the other side's to take their place.
  var displaced = 0
  /// How many files had changed on both sides and were decided, and the first of them.
  var conflicts = 0
  var firstConflict = Path()
  /// How many places of either side could not be looked at.
  var unseen = 0
  /// The first of them, and the first failed item, each with its reason.
  var firstUnseen = ""
  var firstFailed = ""
  var skipped = 0
  /// What the index says, if one was brought up to date.
  var report: Report?
  /// Whether the run keeps a library. There an event has an outcome besides those of its files.
  private let isLibrary: Bool
  private var failedFiles: Set<Path> = []

  init(_ recipe: Recipe = Recipe()) {
    isLibrary = recipe.stages.contains { $0.tool == "strm" }
  }

  mutating func see(_ record: Record) throws(Failure) {
    if record.kind == .hole, !record.holds(.kind, "chosen") {
      unseen += 1
      notePassing(record)
      if unseen == 1 { firstUnseen = try Tallies.words(record) }
    }
    if let report = try Report(record) {
      self.report = report
      total = report.scanned
    }
    guard record.kind == .outcome, !isTold(record) else { return }
    if !record.holds(.did, "delete") { told += 1 }
    if record.isFailed {
      failed += 1
      notePassing(record)
      if failed == 1 { firstFailed = try Tallies.words(record) }
      if record.holds(.why, "flip") { flips += 1 }
      if failedNames.count < Tallies.mostNamed, let path = record.path {
        failedNames.append("\(Path(path))")
      }
    } else if record.holds(.did, "copy") {
      uploaded += 1
      bytes &+= try record.integer(.size) ?? 0
      if record.holds(.why, "conflict") { noteConflict(record) }
    } else if record.holds(.did, "write") {
      written += 1
    } else if record.holds(.did, "delete") {
      deleted += 1
      if record.holds(.why, "conflict") { noteConflict(record) }
    } else if record.holds(.did, "vanished") {
      vanished += 1
    }
  }

  /// Whether the outcome is that of an event in a library, whose files are told of one by one: what
  /// was removed by the name of its target, and of a folder all that it held. What failed for the
  /// event alone counts.
  private mutating func isTold(_ record: Record) -> Bool {
    guard isLibrary, let path = record.path else { return false }
    let isFile = record.has(.target) || !record.holds(.did, "delete") && path.last != Path.slash
    guard record.isFailed else { return !isFile }
    if isFile, failedFiles.count < Tallies.mostNamed { failedFiles.insert(Path(path)) }
    return !isFile && failedFiles.contains(Path(path))
  }

  private mutating func noteConflict(_ record: Record) {
    if record.has(.target) {
      saved += 1
    } else {
      conflicts += 1
      if record.holds(.did, "delete") { displaced += 1 }
      if conflicts == 1, let path = record.path { firstConflict = Path(path) }
    }
  }

  private mutating func notePassing(_ record: Record) {
    guard Lingering.mayPass(record) else { return }
    passing += 1
    lingering.add(record)
  }

  private static func words(_ record: Record) throws(Failure) -> String {
    let path = record.path.map { Path($0) } ?? Path()
    return "\(path.isEmpty ? "." : "\(path)") (\(try record.text(.reason) ?? "no reason given"))"
  }

  mutating func see(_ tail: Tail) {
    total = tail.leftEntries
    skipped = tail.skipped ?? 0
  }

  /// Takes over a second run over the same folders: what failed the first time only because a file
  /// stood where a folder belongs has been tried anew.
  mutating func add(second run: Tallies) {
    uploaded += run.uploaded
    written += run.written
    bytes &+= run.bytes
    deleted += run.deleted
    vanished += run.vanished
    failed = run.failed
    passing = run.passing
    lingering = run.lingering
    failedNames = run.failedNames
    firstFailed = run.firstFailed
    unseen = run.unseen
    firstUnseen = run.firstUnseen
    flips = run.flips
    skipped = run.skipped
    total = run.total ?? total
    told = run.told
  }

  /// Takes over a run over other files.
  mutating func add(_ run: Tallies) {
    report = run.report ?? report
    total = (total ?? told) + (run.total ?? run.told)
    told += run.told
    uploaded += run.uploaded
    written += run.written
    bytes &+= run.bytes
    deleted += run.deleted
    vanished += run.vanished
    if failed == 0 { firstFailed = run.firstFailed }
    failed += run.failed
    passing += run.passing
    lingering.add(run.lingering)
    failedNames += run.failedNames.prefix(max(Tallies.mostNamed - failedNames.count, 0))
    if unseen == 0 { firstUnseen = run.firstUnseen }
    unseen += run.unseen
    skipped += run.skipped
  }
}
