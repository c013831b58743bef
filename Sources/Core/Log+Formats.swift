internal import Glibc

/// The four ways in which a message is written.
extension Log {
  func line(_ level: Level, _ message: String, _ fields: Fields, at time: timespec) -> String {
    switch format {
    case .plain:
      let facts = fields.map { " \($0.key)=\(Log.word($0.value))" }.joined()
      let prefix = level == .warn ? "\(tool): warning: " : "\(tool): "
      return prefix + Log.visible(message) + facts
    case .pretty:
      let facts = fields.map { " \($0.key)=\(Log.word($0.value))" }.joined()
      let name = level.name.uppercased().padded(to: 5)
      let shade = coloured ? "\u{1B}[\(level.shade)m\(name)\u{1B}[0m" : name
      return "\(Log.stamp(time)) \(shade) \(tool): \(Log.visible(message))\(facts)"
    case .logfmt:
      let facts = fields.map { " \($0.key)=\(Log.word($0.value))" }.joined()
      return "ts=\(Log.stamp(time)) level=\(level.name) tool=\(Log.word(.text(tool)))"
        + " msg=\(Log.quoted(message))\(facts)"
    case .json:
      let facts = fields.map { ",\(Log.quoted($0.key)):\(Log.json($0.value))" }.joined()
      return "{\"ts\":\"\(Log.stamp(time))\",\"level\":\"\(level.name)\""
        + ",\"tool\":\(Log.quoted(tool)),\"msg\":\(Log.quoted(message))\(facts)}"
    }
  }

  static func stamp(_ time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let milli = String(time.tv_nsec / 1_000_000)
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
      + ".\(String(repeating: "0", count: 3 - milli.utf8.count))\(milli)Z"
  }

  static func word(_ value: Value) -> String {
    switch value {
    case .integer(let number): return "\(number)"
    case .secret: return Secret.shown
    case .text(let text):
      let plain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x22 && $0 != 0x3D }
      return plain && !text.isEmpty ? text : quoted(text)
    }
  }

  static func json(_ value: Value) -> String {
    switch value {
    case .integer(let number): "\(number)"
    case .secret: quoted(Secret.shown)
    case .text(let text): quoted(text)
    }
  }

  /// A JSON string, which logfmt reads as its own quoting.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// The text with every control character made visible, for a terminal.
  static func visible(_ text: String) -> String {
    let controls = text.unicodeScalars.contains {
      $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
    }
    return controls ? String(quoted(text).dropFirst().dropLast()) : text
  }
}

extension Log.Level {
  var shade: Int {
    switch self {
    case .trace, .debug: 2
    case .info: 32
    case .warn: 33
    case .error, .fatal: 31
    }
  }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
