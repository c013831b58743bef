/// What a server answered, whatever the status.
package struct Answer: Sendable {
  package var status: Int
  package var headers: Headers
  /// What followed the body, as gRPC says there how a call has ended.
  package var trailers = Headers()
  /// The body, as far as it did not go elsewhere.
  package var body: [UInt8]
  /// How many bytes the body had.
  package var received: Int

  package init(
    status: Int, headers: Headers = Headers(), trailers: Headers = Headers(), body: [UInt8] = [],
    received: Int = 0
  ) {
    self.status = status
    self.headers = headers
    self.trailers = trailers
    self.body = body
    self.received = received
  }

  package var isSuccess: Bool { (200...299).contains(status) }
}

/// The headers of an answer, kept as they came and read when asked for.
package struct Headers: Sendable {
  /// Lines with their ends, without the status line.
  private let lines: [UInt8]

  package init() {
    lines = []
  }

  package init(lines: [UInt8]) {
    self.lines = lines
  }

  /// The value of the first header of this name, in whatever case; nil if there is none.
  package subscript(name: String) -> String? {
    var found: String?
    visit { line, colon in
      guard colon == name.utf8.count, Headers.isSame(line[..<colon], name.utf8) else { return true }
      found = Headers.value(line[(colon + 1)...])
      return false
    }
    return found
  }

  /// All headers in their order, with names in lower case.
  package var all: [(name: String, value: String)] {
    var all: [(name: String, value: String)] = []
    visit { line, colon in
      let name = line[..<colon].map { Headers.lowered($0) }
      all.append((String(decoding: name, as: UTF8.self), Headers.value(line[(colon + 1)...])))
      return true
    }
    return all
  }

  /// Shows each line and where its name ends, until the body has seen enough.
  private func visit(_ body: (Slice<UnsafeBufferPointer<UInt8>>, Int) -> Bool) {
    lines.withUnsafeBufferPointer { lines in
      var start = 0
      while start < lines.count {
        let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) ?? lines.count
        let line = Slice(
          base: UnsafeBufferPointer(rebasing: lines[start..<end]), bounds: 0..<(end - start))
        start = end + 1
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
        if !body(line, colon) { return }
      }
    }
  }

  private static func lowered(_ letter: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter) ? letter | 0x20 : letter
  }

  private static func isSame(
    _ one: Slice<UnsafeBufferPointer<UInt8>>, _ other: String.UTF8View
  ) -> Bool {
    one.elementsEqual(other) { lowered($0) == lowered($1) }
  }

  /// A value without the blanks around it.
  private static func value(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 }
    var rest = bytes.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return String(decoding: rest, as: UTF8.self)
  }
}
