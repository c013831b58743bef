internal import Values

/// A command of bytes, in the form in which it is sent.
extension Buffer {
  /// Begins a command of so many words.
  func command(_ words: Int) {
    append("*")
    append(integer: words)
    append("\r\n")
  }

  func word(_ bytes: [UInt8]) {
    append("$")
    append(integer: bytes.count)
    append("\r\n")
    append(bytes)
    append("\r\n")
  }

  func command(_ words: [Word]) {
    command(words.count)
    for word in words { self.word(word.bytes) }
  }
}

/// A word of a command.
struct Word: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }
  init(_ text: String) { bytes = Array(text.utf8) }
  init(_ number: some BinaryInteger) { bytes = Array(String(number).utf8) }
  init(stringLiteral text: String) { bytes = Array(text.utf8) }
}
