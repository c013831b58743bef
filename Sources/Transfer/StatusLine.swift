package import Core
internal import Glibc

/// One line on the terminal that is written over again and again, and leaves a last word.
package enum StatusLine {
  /// Whether somebody is there to see it, and can.
  package static func isWanted(isQuiet: Bool, _ environment: Environment) -> Bool {
    !isQuiet && isatty(2) == 1 && environment["TERM"] != "dumb"
  }

  /// Shows a text, unless the terminal takes nothing just then: it may be stopped, and nobody
  /// should wait for it.
  package static func show(_ text: String) {
    if canTake(2) { write("\r\u{1B}[K\(text)") }
  }

  /// Puts a last text in place of the line, or nothing.
  package static func end(_ text: String?) {
    write("\r\u{1B}[K\(text.map { "\($0)\n" } ?? "")")
  }

  /// Whether a short text can be written without waiting.
  static func canTake(_ descriptor: Int32) -> Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&ready, 1, 0) == 1
  }

  private static func write(_ text: String) {
    var text = text
    // A terminal that cannot be written to has nobody before it.
    text.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
