internal import CMicrohttpd

/// A connection, with the request that is on its way over it.
///
/// The library keeps it alive from `opened` to `closed`, and tells it one thing after another: a
/// request is handed out when it is there whole, and the next is not read before it is answered.
final class Line {
  enum Stage {
    /// Nothing has been read since the last answer, as far as is known.
    case idle
    /// The head of a request is being read.
    case head
    case body
    /// The request has been handed out.
    case waiting
    /// There is an answer, which has not been handed to the library.
    case answered(Answer)
    /// The library has the answer.
    case sending
  }

  unowned let server: Server
  private let connection: UnsafeMutableRawPointer
  let socket: Int32
  private let remote: HostAddress
  private(set) var stage = Stage.idle
  /// When it was opened or the last answer was sent.
  private(set) var since: Int64
  private var target: [UInt8] = []
  private var request: Request?
  private var isTooLarge = false
  /// Whether nothing more is heard of it: a request that comes in all the same is not begun, as
  /// nobody would get its answer.
  var isOver = false
  /// Whether the library waits for us, and does not look at the connection meanwhile.
  private var isSuspended = false

  init(
    _ server: Server, _ connection: UnsafeMutableRawPointer, _ socket: Int32, _ remote: HostAddress,
    at now: Int64
  ) {
    self.server = server
    self.connection = connection
    self.socket = socket
    self.remote = remote
    since = now
  }

  var isWaiting: Bool { if case .waiting = stage { true } else { false } }
  var isIdle: Bool { if case .idle = stage { true } else { false } }

  /// Whether more of a request is to come.
  var isReading: Bool {
    switch stage {
    case .idle, .head, .body: true
    case .waiting, .answered, .sending: false
    }
  }

  // MARK: What the library tells

  func begin(_ target: UnsafePointer<CChar>) {
    self.target = Array(UnsafeRawBufferPointer(start: target, count: length(target)))
    stage = .head
  }

  func bring(
    _ method: UnsafePointer<CChar>, _ bytes: UnsafePointer<CChar>?, _ count: Int
  ) -> Int32 {
    if isOver { return Int32(S4L_SERVE_HANG_UP) }
    switch stage {
    case .head: return readHead(String(cString: method))
    case .body where count > 0:
      add(UnsafeRawBufferPointer(start: bytes, count: count))
      return Int32(S4L_SERVE_GO_ON)
    case .body: return handOut()
    case .answered(let answer): return give(answer)
    case .waiting: return Int32(S4L_SERVE_WAIT)
    case .idle, .sending: return Int32(S4L_SERVE_HANG_UP)
    }
  }

  func end(at now: Int64) {
    stage = .idle
    since = now
    request = nil
    target = []
    isTooLarge = false
  }

  // MARK: The request

  /// How much is read to no avail. To answer somebody who is still sending is to hang up on him,
  /// and he might never see the answer.
  private static func patience(_ limit: Int) -> Int { max(limit, 1 << 20) * 8 }

  /// Looks at the head. What is refused by it alone is answered before the body is read.
  private func readHead(_ method: String) -> Int32 {
    guard var request = Request(method, target, from: remote) else { return give(.malformed) }
    request.headers = headers()
    let framing = Framing(request)
    guard framing.isSound else { return give(.malformed) }
    let length = framing.length ?? 0
    isTooLarge = length > server.limits.body
    if isTooLarge, request.header("expect") != nil || length > Line.patience(server.limits.body) {
      return give(.tooLarge)
    }
    if !isTooLarge { request.body.reserveCapacity(length) }
    self.request = request
    stage = .body
    return Int32(S4L_SERVE_GO_ON)
  }

  private func headers() -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    headers.reserveCapacity(8)
    withUnsafeMutablePointer(to: &headers) { context in
      s4l_serve_headers(connection, context) { context, name, nameCount, value, valueCount in
        guard let context else { return }
        let name = UnsafeRawBufferPointer(start: name, count: nameCount)
        let value = UnsafeRawBufferPointer(start: value, count: valueCount)
        let small = String(unsafeUninitializedCapacity: nameCount) { room in
          for (place, byte) in name.enumerated() {
            room[place] = byte &- 0x41 < 26 ? byte | 0x20 : byte
          }
          return nameCount
        }
        context.assumingMemoryBound(to: [(name: String, value: String)].self).pointee
          .append((small, String(decoding: value, as: UTF8.self)))
      }
    }
    return headers
  }

  /// What goes beyond the limit is read and dropped: there is no answering in the middle.
  private func add(_ bytes: UnsafeRawBufferPointer) {
    guard let count = request?.body.count, !isTooLarge else { return }
    isTooLarge = bytes.count > server.limits.body - count
    if isTooLarge { request?.body = [] } else { request?.body.append(contentsOf: bytes) }
  }

  private func handOut() -> Int32 {
    guard let request, !isTooLarge else { return give(.tooLarge) }
    self.request = nil
    stage = .waiting
    server.handOut(request, Reply { [self] in answer($0) })
    if case .answered(let answer) = stage { return give(answer) }
    isSuspended = true
    return Int32(S4L_SERVE_WAIT)
  }

  // MARK: The answer

  func answer(_ answer: Answer) {
    guard case .waiting = stage else { return }
    stage = .answered(answer)
    guard isSuspended else { return }
    isSuspended = false
    s4l_serve_resume(connection)
    server.hurry()
  }

  /// Hands the answer to the library.
  private func give(_ answer: Answer) -> Int32 {
    stage = .sending
    let isGiven = server.written(answer)?.give(to: connection) ?? false
    return Int32(isGiven ? S4L_SERVE_GO_ON : S4L_SERVE_HANG_UP)
  }

  private func length(_ text: UnsafePointer<CChar>) -> Int {
    var count = 0
    while text[count] != 0 { count += 1 }
    return count
  }
}

/// How a request says where its body ends. Two readers must never disagree about that, so what says
/// it in two ways is refused.
struct Framing {
  let isSound: Bool
  /// Nil where it is not told beforehand.
  let length: Int?

  init(_ request: Request) {
    var length: String?
    var coding: String?
    var count = 0
    for (name, value) in request.headers {
      if name == "content-length" {
        length = value
        count += 1
      } else if name == "transfer-encoding" {
        coding = value
        count += 1
      }
    }
    let digits = length?.utf8.allSatisfy { 48...57 ~= $0 } ?? true
    self.length = length.flatMap { Int($0) }
    isSound =
      count <= 1 && digits && (self.length != nil || length == nil)
      && (coding == nil || coding?.lowercased() == "chunked")
  }
}
