internal import Glibc

/// Messages for people and for machines that watch, on standard error, a whole line each.
///
/// A line is one `write(2)` of at most 4,096 bytes, which a pipe and an appended file keep whole
/// however many threads and processes write to it. Facts stand in named fields, never in the
/// message, and a secret can only enter as a field that is redacted by its type.
package struct Log: Sendable {
  package enum Level: Int, CaseIterable, Comparable, Sendable {
    case trace, debug, info, warn, error, fatal

    package static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
    package var name: String { "\(self)" }
    package init?(named name: String) {
      guard let level = Level.allCases.first(where: { $0.name == name }) else { return nil }
      self = level
    }
  }

  package enum Format: String, CaseIterable, Sendable {
    /// `tool: subject: reason`, without time or level: what a person at a shell wants to read.
    case plain
    /// Time, level, message, then the fields, coloured where the terminal allows it.
    case pretty
    /// `ts=… level=… tool=… msg=… key=value`.
    case logfmt
    /// One JSON object a line.
    case json
  }

  package enum Value: Sendable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    case text(String)
    case integer(Int)
    case secret(Secret)

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
  }

  /// Whether the process is by itself or a stage of a pipe, and if so, who speaks for that.
  package enum Standing: Sendable { case alone, speaker, silent }

  package typealias Fields = KeyValuePairs<String, Value>

  package var tool: String
  package var level: Level
  package var format: Format
  package var coloured: Bool
  package var descriptor: Int32
  package var standing = Standing.alone

  package init(
    tool: String, level: Level = .warn, format: Format = .plain, coloured: Bool = false,
    descriptor: Int32 = 2
  ) {
    self.tool = tool
    self.level = level
    self.format = format
    self.coloured = coloured
    self.descriptor = descriptor
  }

  package func trace(_ message: String, _ fields: Fields = [:]) { say(.trace, message, fields) }
  package func debug(_ message: String, _ fields: Fields = [:]) { say(.debug, message, fields) }
  package func info(_ message: String, _ fields: Fields = [:]) { say(.info, message, fields) }
  package func warn(_ message: String, _ fields: Fields = [:]) { say(.warn, message, fields) }
  package func error(_ message: String, _ fields: Fields = [:]) { say(.error, message, fields) }
  package func fatal(_ message: String, _ fields: Fields = [:]) { say(.fatal, message, fields) }

  /// What was asked for and is not a complaint: said whatever the level, without ornament.
  package func notice(_ message: String) {
    var plain = self
    plain.format = format == .json || format == .logfmt ? format : .plain
    plain.level = .trace
    plain.say(.info, message, [:])
  }

  package func say(_ level: Level, _ message: String, _ fields: Fields) {
    guard level >= self.level else { return }
    var line = Array(line(level, message, fields, at: Log.now()).utf8)
    if line.count > Log.longest {
      line.removeLast(line.count - Log.longest + 4)
      while let last = line.last, last & 0xC0 == 0x80 { line.removeLast() }
      if let last = line.last, last >= 0xC0 { line.removeLast() }
      line += Array("...".utf8)
    }
    line.append(10)
    // Where even standard error cannot be written, there is nobody left to tell.
    line.withUnsafeBytes { line in
      while write(descriptor, line.baseAddress, line.count) < 0, errno == EINTR {}
    }
  }

  /// What a pipe takes in one piece.
  static let longest = 4_095

  static func now() -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time
  }
}
