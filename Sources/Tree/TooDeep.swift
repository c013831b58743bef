internal import Core
internal import Values

/// Warns of folders that were too deep to be entered: of a few by name, of the others by number.
final class TooDeep {
  private static let most = 20

  private let depth: Int
  private let log: Log
  private var count = 0

  init(_ depth: Int, _ log: Log) {
    self.depth = depth
    self.log = log
  }

  func take(_ folder: UnsafeRawBufferPointer) {
    count += 1
    guard count <= TooDeep.most else { return }
    log.warn("\(Path(folder)): deeper than \(depth) folders, so it is not entered")
  }

  func end() {
    guard count > TooDeep.most else { return }
    log.warn("\(count - TooDeep.most) more folders are too deep and are not entered")
  }
}
