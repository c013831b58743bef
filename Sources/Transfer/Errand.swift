internal import Core
internal import Stream
internal import Values

/// What holds for all items of one section.
final class Errand: Sendable {
  let terms: Terms
  let head: Head?
  let isDry: Bool
  let source: Source
  /// Nil where nothing is to be touched.
  let target: Target?
  let meter: Meter
  let progress: Progress
  /// The permissions that new files do not get.
  let mask: UInt32

  init(
    _ terms: Terms, _ head: Head?, from source: Source, to target: Path, _ meter: Meter,
    _ progress: Progress, mask: UInt32
  ) throws(Failure) {
    self.terms = terms
    self.head = head
    self.source = source
    self.meter = meter
    self.progress = progress
    self.mask = mask
    isDry = terms.isDry || head?.isDry == true
    guard !isDry else {
      self.target = nil
      return
    }
    let opened = try Target(target, isDurable: terms.verifies)
    if source.isSame(as: opened.identity) {
      throw Failure(.usage, "\(target)", "the files would be copied onto themselves")
    }
    self.target = opened
  }
}
