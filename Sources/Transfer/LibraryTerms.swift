internal import Core
internal import Records
package import Values

/// What is asked for where the target is a media library: only side-cars are copied, the subtitles,
/// pictures and descriptions beside a film.
package struct LibraryTerms: Sendable {
  /// What becomes of a file that the library has already.
  package enum Existing: String, CaseIterable, Sendable {
    case skip, update
  }

  package var sideCars: Extensions
  package var existing = Existing.skip
  /// Where the files of the store are shown as those of a folder, which is quicker and may hang.
  package var mount: Path?
  /// For how long the mount may be silent.
  package var stall = Span(nanoseconds: 30_000_000_000)

  package init(sideCars: Extensions) {
    self.sideCars = sideCars
  }

  /// Whether a record that could be copied is of a side-car, or of a folder that may hold some.
  func takes(_ record: Record) throws(Failure) -> Bool {
    let isEvent = record.kind == .event
    guard isEvent || record.kind == .entry || record.kind == .outcome else { return false }
    let name = record.holds(.event, "rename") ? try record.name(.to) : nil
    let path = name ?? record.ownPath
    return path.isFolder ? isEvent : takes(path)
  }

  func takes(_ name: Path) -> Bool {
    name.bytes.withUnsafeBytes { sideCars.contains($0) }
  }
}
