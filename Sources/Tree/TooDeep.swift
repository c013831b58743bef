internal import Core
internal import Values

/// Warns of folders that were too deep to be entered: how many there are, and which was the first.
final class TooDeep {
  private let depth: Int
  private let log: Log
  private var first = Path()
  private var count = 0

  init(_ depth: Int, _ log: Log) {
    self.depth = depth
    self.log = log
  }

  func take(_ folder: UnsafeRawBufferPointer) {
    if count == 0 { first = Path(folder) }
    count += 1
  }

  func end() {
    if count == 0 { return }
    let others = count == 1 ? "" : " and \(TooDeep.folders(count - 1, "more "))"
    log.warn("\(first)\(others): deeper than \(TooDeep.folders(depth)), so not entered")
  }

  private static func folders(_ count: Int, _ more: String = "") -> String {
    "\(count) \(more)folder\(count == 1 ? "" : "s")"
  }
}
