internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// Records as lines for people: size, time, path. Control characters in names are made visible.
struct Table {
  private let parser = Parser()
  private let output: Output

  init(_ output: Output) {
    self.output = output
  }

  /// Writes the lines for a run of whole records.
  func write(_ records: UnsafeRawBufferPointer) throws(Failure) {
    for line in records.split(separator: 10) {
      let record = try parser.parse(UnsafeRawBufferPointer(rebasing: line))
      let path = record.path.map { Path($0) } ?? Path()
      switch record.kind {
      case .entry:
        let size = try record.integer(.size).map { Size(bytes: $0).text } ?? ""
        let mtime = try record.time(.mtime)
        let time = Table.minute(try mtime == nil ? record.time(.stored) : mtime)
        put(size, time, "\(path)")
      case .hole: put("?", try record.text(.reason) ?? "", "\(path)")
      default: continue
      }
      try output.settle()
    }
  }

  private func put(_ size: String, _ time: String, _ path: String) {
    let margin = String(repeating: " ", count: max(0, 10 - size.utf8.count))
    let column =
      time.utf8.count < 17 ? time + String(repeating: " ", count: 17 - time.utf8.count) : time + " "
    output.buffer.append(Array("\(margin)\(size)  \(column) \(path)\n".utf8))
  }

  private static func minute(_ time: Timestamp?) -> String {
    guard let text = time?.text else { return "" }
    return text.count >= 16 ? text.prefix(10) + " " + text.dropFirst(11).prefix(5) : text
  }
}
