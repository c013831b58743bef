internal import Core
internal import Glibc
internal import Records
internal import System
internal import Values

/// What each job was last due for, in a file that is there whole at any moment.
///
///     {"type":"record","id":"documents","at":"2026-11-28T12:00:00Z","next":"2026-11-28T12:05:00Z"}
///
/// Only one process keeps it: two would have each job run twice.
final class Memory {
  private let path: Path
  private let holding: Holding?
  private(set) var moments: [String: Int64] = [:]

  /// Reads it. Lines that cannot be read are as if they were not there: the job is then due as one
  /// that never was.
  init(at path: Path) throws(Failure) {
    self.path = path
    try path.parent.makeFolders(mode: 0o700)
    holding = try Holding.take(Path(path.bytes + Array(".lock".utf8)), waits: false)
    let file: Descriptor
    do throws(Failure) { file = try path.openToRead() } catch {
      if error.kind == .absent { return }
      throw error
    }
    let input = Input(file.number, "\(path)")
    while let line = try input.next() {
      guard let record = Memory.parsed(Array(line)), let id = record["id"]?.text,
        let time = record["at"]?.text.flatMap({ Timestamp(text: $0) })
      else { continue }
      moments[id] = time.seconds
    }
  }

  /// Whether it is ours to write.
  var isOurs: Bool { holding != nil }

  private static func parsed(_ line: [UInt8]) -> JSON? {
    do throws(Failure) { return try JSON(parsing: line) } catch { return nil }
  }

  static func line(_ id: String, last: Int64?, next: Int64?) -> [UInt8] {
    func time(_ seconds: Int64?) -> JSON {
      seconds.map { .text(Timestamp(seconds: $0).text) } ?? .null
    }
    return JSON.object([
      .init("type", .text("record")), .init("id", .text(id)), .init("at", time(last)),
      .init("next", time(next)),
    ]).bytes + [10]
  }

  /// Writes it anew.
  func keep(_ lines: [[UInt8]]) throws(Failure) {
    try path.replace(Array(lines.joined()))
  }
}
