package import Core
internal import Digests
internal import Records
package import Values

/// A line of a log as the server keeps it.
///
///     {"id":"…","host":"nas","run":"…","ts":"2026-11-28 12:00:00.123Z","level":"info",
///      "tool":"s4l-put","msg":"…","data":{…}}
///
/// Lines of ours written as JSON are taken apart; any other line is what it says, at the time at
/// which it was seen. The id is made of the line, its place and who sends it: a line that is sent
/// twice, as nobody can know whether the first was taken, is refused the second time.
package struct LogLine {
  /// What the lines of one process have in common.
  package struct Origin: Sendable {
    package let host: String
    /// Tells this run of ours from all others.
    package let run: String

    package init(host: String, run: String) {
      self.host = host
      self.run = run
    }
  }

  package let level: Log.Level
  /// One line of JSON.
  package let record: [UInt8]

  /// More characters than this a server may not take.
  static let most = 4_800
  private static let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

  package init(
    _ line: some Collection<UInt8>, number: Int, _ origin: Origin, at now: Timestamp
  ) throws(Failure) {
    let parts = LogLine.parts(Array(line))
    level = parts.level ?? .info
    let time = parts.time ?? now
    let id = try LogLine.id(Array(line), number, origin)
    record =
      JSON.object([
        .init("id", .text(id)), .init("host", .text(origin.host)), .init("run", .text(origin.run)),
        .init("ts", .text(LogLine.stamp(time))), .init("level", .text(level.name)),
        .init("tool", .text(parts.tool)), .init("msg", .text(LogLine.cut(parts.message))),
        .init("data", parts.facts.isEmpty ? .null : .object(parts.facts)),
      ]).bytes
  }

  private struct Parts {
    var level: Log.Level?
    var time: Timestamp?
    var tool = ""
    var message = ""
    var facts: [JSON.Field] = []
  }

  private static func parts(_ line: [UInt8]) -> Parts {
    var parts = Parts()
    guard line.first == UInt8(ascii: "{"), let fields = fields(of: line) else {
      parts.message = text(line)
      return parts
    }
    for field in fields {
      switch (field.name, field.value) {
      case ("ts", .text(let text)): parts.time = Timestamp(text: text)
      case ("level", .text(let text)): parts.level = Log.Level(named: text)
      case ("tool", .text(let text)): parts.tool = text
      case ("msg", .text(let text)): parts.message = text
      default: parts.facts.append(field)
      }
    }
    return parts
  }

  private static func fields(of line: [UInt8]) -> [JSON.Field]? {
    do throws(Failure) { return try JSON(parsing: line).fields } catch { return nil }
  }

  /// What of the bytes is text, without control characters.
  private static func text(_ line: [UInt8]) -> String {
    var out = ""
    for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
      out.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar)
    }
    return out
  }

  private static func cut(_ text: String) -> String {
    if text.utf8.count <= most { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(most - 3))) + "..."
  }

  /// As the server writes moments: with a space, in milliseconds.
  static func stamp(_ time: Timestamp) -> String {
    var bytes = Array(Timestamp(seconds: time.seconds).text.utf8)
    if bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
    let letters = bytes.prefix(19).map { $0 == UInt8(ascii: "T") ? UInt8(ascii: " ") : $0 }
    let milli = Int(time.nanoseconds) / 1_000_000
    let digits = "00\(milli)".suffix(3)
    return String(decoding: letters, as: UTF8.self) + ".\(digits)Z"
  }

  /// Fifteen letters and digits.
  private static func id(
    _ line: [UInt8], _ number: Int, _ origin: Origin
  ) throws(Failure) -> String {
    let seed = Array("\(origin.host)\n\(origin.run)\n\(number)\n".utf8) + line
    let digest = try Digest(.sha256).value(of: seed)
    return String(
      decoding: digest.prefix(15).map { letters[Int($0) % letters.count] }, as: UTF8.self)
  }
}
