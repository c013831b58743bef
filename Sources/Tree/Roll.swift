package import Core
internal import Records
internal import Stream
internal import System
package import Values

/// The files of a folder in key order, as s4l-scan lists them.
package enum Roll {
  /// Calls `each` with the path of every file until it says that it has heard enough, and tells how
  /// many places could not be looked at.
  package static func call(
    _ folder: Path, _ each: @escaping (Path) throws(Failure) -> Bool
  ) throws(Failure) -> Int {
    let walk = try Walk(folder, Scope())
    let reading = Reading(each)
    let output = Output("listing") { (bytes) throws(Failure) in try reading.take(bytes) }
    do {
      _ = try walk.list(folder, 1, Section(output, tool: "s4l-publish"))
    } catch {
      if !reading.isEnough { throw error }
    }
    return reading.holes
  }

  /// Whether there is any file in a folder.
  package static func isEmpty(_ folder: Path) throws(Failure) -> Bool {
    var isEmpty = true
    _ = try call(folder) { _ in
      isEmpty = false
      return false
    }
    return isEmpty
  }

  private final class Reading {
    private let each: (Path) throws(Failure) -> Bool
    private let parser = Parser()
    private(set) var holes = 0
    private(set) var isEnough = false

    init(_ each: @escaping (Path) throws(Failure) -> Bool) {
      self.each = each
    }

    func take(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
      for line in bytes.split(separator: 10) {
        let record = try parser.parse(UnsafeRawBufferPointer(rebasing: line))
        if record.kind == .hole, !record.holds(.kind, "chosen") { holes += 1 }
        guard record.kind == .entry, let path = record.path else { continue }
        guard try each(Path(path)) else {
          isEnough = true
          // It is the only way to end the walk early.
          throw Failure(.later, "", "enough was heard")
        }
      }
    }
  }
}
