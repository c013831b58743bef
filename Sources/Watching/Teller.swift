internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// Writes what happened as events.
final class Teller {
  private let section: Section
  private let roots: [Path]
  private let happenings: Happening.Choice
  private let log: Log
  /// Whether events name their root, as there are several.
  private var namesRoots: Bool { roots.count > 1 }

  init(_ section: Section, _ roots: [Path], _ happenings: Happening.Choice, _ log: Log) {
    self.section = section
    self.roots = roots
    self.happenings = happenings
    self.log = log
  }

  @inline(__always)
  func wants(_ happening: Happening) -> Bool { happenings.holds(happening) }

  /// Tells what happened to a path, and which file stands there if one does.
  func tell(
    _ happening: Happening, _ path: UnsafeRawBufferPointer, in root: Int, _ file: Inode? = nil
  ) throws(Failure) {
    guard wants(happening) else { return }
    try section.event { writer in
      if namesRoots { writer.add(.root, name: roots[root]) }
      writer.add(.path, name: path)
      writer.add(.event, happening.word)
      if let file { file.write(writer) }
    }
  }

  func tell(_ happening: Happening, _ path: [UInt8], in root: Int) throws(Failure) {
    guard wants(happening) else { return }
    try section.event { writer in
      if namesRoots { writer.add(.root, name: roots[root]) }
      writer.add(.path, name: Path(path))
      writer.add(.event, happening.word)
    }
  }

  /// Tells what happened to a file as an entry has it.
  func tell(_ happening: Happening, _ entry: Record, in root: Int) throws(Failure) {
    guard wants(happening), let path = entry.path else { return }
    let size = try entry.integer(.size)
    let mtime = try entry.time(.mtime)
    try section.event { writer in
      if namesRoots { writer.add(.root, name: roots[root]) }
      writer.add(.path, name: path)
      writer.add(.event, happening.word)
      if let size { writer.add(.size, size) }
      if let mtime { writer.add(.mtime, mtime) }
    }
  }

  func rename(
    _ path: UnsafeRawBufferPointer, to other: UnsafeRawBufferPointer, in root: Int, _ file: Inode?
  ) throws(Failure) {
    try section.event { writer in
      if namesRoots { writer.add(.root, name: roots[root]) }
      writer.add(.path, name: path)
      writer.add(.event, Happening.rename.word)
      writer.add(.to, name: other)
      if let file { file.write(writer) }
    }
  }

  /// Tells that nothing is known of what happens at a path. Holes name no root: where there are
  /// several, they are told as messages.
  func hole(
    _ path: UnsafeRawBufferPointer, in root: Int, _ kind: Failure.Kind, _ reason: String
  ) throws(Failure) {
    try hole(Array(path), in: root, kind, reason)
  }

  func hole(
    _ path: [UInt8], in root: Int, _ kind: Failure.Kind, _ reason: String
  ) throws(Failure) {
    if namesRoots {
      log.warn("\(roots[root].appending(Path(path))): \(reason)")
      section.note(.partial)
    } else {
      try section.hole(Path(path), kind: .failed(kind), reason: reason)
    }
  }

  func warn(_ message: String) { log.warn(message) }
}

extension Inode {
  fileprivate func write(_ writer: Writer) {
    writer.add(.size, size)
    writer.add(.mtime, mtime)
  }
}
