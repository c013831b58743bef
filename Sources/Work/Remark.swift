internal import Core
internal import System
internal import Values

/// What a program that failed said at the end, as a text that every reader of a queue can take:
/// valid UTF-8, without the control bytes that would garble a terminal, and short.
enum Remark {
  static let longest = 2_048

  static func text(_ ended: Ended, _ errors: [UInt8], isOverdue: Bool = false) -> String {
    let start =
      switch ended {
      case .exited(let status): "exit status \(status)"
      case .signalled(let signal): "killed by signal \(signal)"
      }
    let said = tail(errors)
    return said.isEmpty ? start : "\(start): \(said)"
  }

  static func tail(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.suffix(longest), as: UTF8.self)
    // A character that was cut in two at the start is no news.
    let scalars = text.unicodeScalars.drop { bytes.count > longest && $0 == "\u{FFFD}" }
    var out = String.UnicodeScalarView()
    for scalar in scalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      if !isControl || scalar == "\n" || scalar == "\t" { out.append(scalar) }
    }
    while let last = out.last, last.properties.isWhitespace { out.removeLast() }
    return String(out.drop { $0.properties.isWhitespace })
  }
}
