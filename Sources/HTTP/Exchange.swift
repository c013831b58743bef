package import Core
package import Values

/// One request as it goes over the wire, and what becomes of the answer's body.
package struct Exchange {
  package enum Method: String, Sendable {
    case get = "GET"
    case put = "PUT"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
    case head = "HEAD"
    // Those of WebDAV.
    case propfind = "PROPFIND"
    case proppatch = "PROPPATCH"
    case mkcol = "MKCOL"
    case move = "MOVE"
  }

  package enum Body {
    case none
    case bytes([UInt8])
    /// A stretch of a file, read at its place; the file stays the caller's and is open until the
    /// answer.
    case file(Int32, offset: Int, count: Int)
  }

  /// Where the body of an answer of status 2xx goes. Of other answers the first 64 KiB of the body
  /// are kept in the answer.
  package enum Sink {
    /// Into the answer; a body of more bytes than this is trouble.
    case memory(most: Int)
    /// Into a file at its place; the file stays the caller's and is open until the answer.
    case file(Int32, offset: Int)
    /// Piece by piece, in memory that is lent for the call; false ends the exchange as refused.
    case stream((UnsafeRawBufferPointer) -> Bool)
  }

  /// Which HTTP is spoken.
  package enum Version: Sendable {
    /// What suits: 1.1, and over TLS 2 where the server has it.
    case usual
    /// 2, without TLS too, where the server is known to speak it.
    case two
  }

  package var method: Method
  /// ASCII, escaped where it must be, and sent exactly so.
  package var url: String
  package var headers: [(name: String, value: String)]
  package var body: Body
  /// What its body holds that a server must not be quoted with.
  package var secrets: [Secret] = []
  package var sink: Sink
  /// How many bytes of a body go into a file at most; one with more is trouble.
  package var most = Int.max
  package var version = Version.usual
  /// How long the whole may take; nil is for ever.
  package var timeout: Span?
  /// How long no byte may move; nil is as the courier does.
  package var stall: Span?
  /// Whether its answer comes in dribs and drabs for as long as it lasts, and may.
  package var trickles = false
  /// Is shown status and headers before the first byte of the body; false ends the exchange as
  /// refused. It runs inside of the transfer, as a stream does, and neither may perform another.
  package var opening: ((Answer) -> Bool)?

  package init(
    _ method: Method, _ url: String, headers: [(name: String, value: String)] = [],
    body: Body = .none, sink: Sink = .memory(most: 1 << 20), timeout: Span? = nil,
    stall: Span? = nil, opening: ((Answer) -> Bool)? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.sink = sink
    self.timeout = timeout
    self.stall = stall
    self.opening = opening
  }
}
