/// What a request is answered with.
package struct Answer: Equatable, Sendable {
  package var status: Int
  package var headers: [Header] = []
  package var body: [UInt8] = []

  package struct Header: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(_ status: Int, _ type: String = "", _ body: [UInt8] = []) {
    self.status = status
    self.body = body
    if !type.isEmpty { headers = [Header("Content-Type", type)] }
  }

  /// An answer in JSON that is written as it stands, but for a newline at its end.
  package static func json(_ status: Int, _ text: String) -> Answer {
    Answer(status, "application/json", Array(text.utf8) + [10])
  }

  /// A refusal in a few plain words.
  package static func error(_ status: Int, _ words: StaticString) -> Answer {
    json(status, "{\"error\":\"\(words)\"}")
  }

  package func with(_ name: String, _ value: String) -> Answer {
    var copy = self
    copy.headers.append(Header(name, value))
    return copy
  }
}

/// The refusals that a server makes by itself.
extension Answer {
  package static let malformed = error(400, "bad request")
  package static let unknown = error(404, "not found")
  static let tooLarge = error(413, "too large")
  static let forgotten = error(500, "internal error")
  static let stopping = error(503, "stopping")

  package static func wrongMethod(allowed: [String]) -> Answer {
    error(405, "method not allowed").with("Allow", allowed.joined(separator: ", "))
  }
}
