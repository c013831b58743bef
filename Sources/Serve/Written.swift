internal import CMicrohttpd

/// An answer as the library takes it, which it may be given any number of times.
final class Written {
  let answer: Answer
  /// Whether it is the last over its connection.
  let isLast: Bool
  private let words: UnsafeMutableRawPointer

  /// Larger ones are not kept to be given again.
  static let most = 4_096

  /// Nil where the library has no room for it.
  init?(_ answer: Answer, isLast: Bool) {
    self.answer = answer
    self.isLast = isLast
    var headers: [UInt8] = []
    headers.reserveCapacity(128)
    for header in answer.headers { Written.add(header, to: &headers) }
    if isLast { Written.add(Answer.Header("Connection", "close"), to: &headers) }
    headers.append(0)
    let words = headers.withUnsafeBytes { headers in
      answer.body.withUnsafeBytes { body in
        s4l_serve_answer(
          body.baseAddress, body.count, headers.baseAddress?.assumingMemoryBound(to: CChar.self))
      }
    }
    guard let words else { return nil }
    self.words = words
  }

  deinit {
    s4l_serve_drop(words)
  }

  /// Answers with it over a connection; false if that cannot be.
  func give(to connection: UnsafeMutableRawPointer) -> Bool {
    s4l_serve_give(connection, UInt32(clamping: answer.status), words) == 1
  }

  /// Without what would end a header, or the text of a C function.
  private static func add(_ header: Answer.Header, to bytes: inout [UInt8]) {
    for text in [header.name, header.value] {
      for byte in text.utf8 where byte >= 0x20 && byte != 0x7F { bytes.append(byte) }
      bytes.append(0)
    }
  }
}
