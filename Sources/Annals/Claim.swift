package import Values

/// What a run must have to itself, or may share, while it works.
package struct Claim: Equatable, Sendable {
  package enum Mode: String, Sendable {
    /// It only adds: others of its kind do not disturb it.
    case shared
    /// It infers from what is missing what is to go.
    case alone
  }

  package var mode: Mode
  /// The places that it changes, as `Place.claimed` spells them.
  package var places: [Path]
  /// What never runs twice at the same time; empty for what may.
  package var job: [UInt8]
  /// Whether something is to be done once this run has ended, however it does.
  package var owes = false

  package init(_ mode: Mode, _ places: [Path], job: [UInt8] = []) {
    self.mode = mode
    self.places = places
    self.job = job
  }

  /// Whether the two may not be held at the same time. A folder and what lies in it are one place.
  package func conflicts(with other: Claim) -> Bool {
    if !job.isEmpty, job == other.job { return true }
    if mode == .shared, other.mode == .shared { return false }
    return places.contains { mine in
      other.places.contains { mine.isWithin($0) || $0.isWithin(mine) }
    }
  }
}

/// The text of a claim, as the file of its run holds it: fields that end in NUL.
extension Claim {
  func text(_ run: String, process: Int32) -> [UInt8] {
    let fields: [[UInt8]] =
      [
        Array(mode.rawValue.utf8), Array(run.utf8), Array("\(process)".utf8),
        Array((owes ? "owes" : "").utf8), job,
      ] + places.map(\.bytes)
    return Array(fields.map { $0 + [0] }.joined())
  }

  /// Nil where there is no whole claim: its run died while it wrote it.
  init?(text: [UInt8]) {
    guard text.last == 0 else { return nil }
    let fields = text.dropLast().split(separator: 0, omittingEmptySubsequences: false)
    guard fields.count >= 5, let mode = Mode(rawValue: String(decoding: fields[0], as: UTF8.self))
    else { return nil }
    self.init(mode, fields[5...].map { Path($0) }, job: Array(fields[4]))
    owes = !fields[3].isEmpty
  }
}
