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
  var uploaded = 0
  var bytes = 0
  var deleted = 0
  var vanished = 0
  var failed = 0
  var failedNames: [String] = []
  var flips = 0
  /// How many places of either side could not be looked at.
  var unseen = 0
  /// The first of them, and the first failed item, each with its reason.
  var firstUnseen = ""
  var firstFailed = ""
  var skipped = 0
  var isDone = false

  mutating func see(_ record: Record) throws(Failure) {
    if record.kind == .hole, !record.holds(.kind, "chosen") {
      unseen += 1
      if unseen == 1 { firstUnseen = try Tallies.told(record) }
    }
    guard record.kind == .outcome else { return }
    if record.isFailed {
      failed += 1
      if failed == 1 { firstFailed = try Tallies.told(record) }
      if record.holds(.why, "flip") { flips += 1 }
      if failedNames.count < Tallies.mostNamed, let path = record.path {
        failedNames.append("\(Path(path))")
      }
    } else if record.holds(.did, "copy") {
      uploaded += 1
      bytes &+= try record.integer(.size) ?? 0
    } else if record.holds(.did, "delete") {
      deleted += 1
    } else if record.holds(.did, "vanished") {
      vanished += 1
    }
  }

  private static func told(_ record: Record) throws(Failure) -> String {
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
    bytes &+= run.bytes
    deleted += run.deleted
    vanished += run.vanished
    failed = run.failed
    failedNames = run.failedNames
    firstFailed = run.firstFailed
    unseen = run.unseen
    firstUnseen = run.firstUnseen
    flips = run.flips
    skipped = run.skipped
    total = run.total ?? total
  }
}
