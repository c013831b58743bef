package import Core

/// What has been written of a section.
package struct Tally: Sendable {
  package var records = 0
  package var entries = 0
  package var bytes = 0
  package var holes = 0
  /// What has gone wrong with single items.
  package var status = Status.success

  package init() {}

  package mutating func add(_ other: Tally) {
    records += other.records
    entries += other.entries
    bytes &+= other.bytes
    holes += other.holes
    status = status.joined(with: other.status)
  }

  @inline(__always)
  package mutating func entry(bytes: Int) {
    records += 1
    entries += 1
    self.bytes &+= bytes
  }
}
