internal import CCurl
internal import System
internal import Values

/// A handle of libcurl with the exchange that it carries, used again and again: only what differs
/// from the exchange before is set.
final class Ride {
  /// How libcurl is to go about a request; each sets other options.
  enum Shape { case bare, head, fields, upload }

  let easy: UnsafeMutableRawPointer
  private(set) var order: Order?
  /// Where it stands among those under way.
  var place = 0
  var reply = Reply()
  /// How much of the request's body libcurl has taken.
  var sent = 0
  /// How often the request was begun: again, if a kept connection turned out to be gone.
  var tries = 0
  /// How long no byte may move.
  private(set) var stall: Int64 = 0

  private let manner: Courier.Manner
  private let lines: Lines
  private let toll: Toll?
  /// Whether it waits so that the rate is kept.
  private var isHeld = false
  private let letter = Letter()
  private let words: UnsafeMutablePointer<CChar>
  private var shape: Shape?
  private var method: Exchange.Method?
  private var version: Int?
  private var timeout = 0
  private var buffers = 0
  private var moved: Int64 = -1
  private var movedAt: Int64 = 0
  /// What had moved when it was last enough, and when that was.
  private var mark: Int64 = 0
  private var markedAt: Int64 = 0
  private var hasBody = false

  init?(_ depot: Depot) {
    guard let easy = s4l_easy_open() else { return nil }
    self.easy = easy
    manner = depot.manner
    words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    lines = depot.lines
    toll = depot.toll
    settle()
  }

  deinit {
    words.deallocate()
  }

  func close() { s4l_easy_close(easy) }

  /// Makes the handle as new. Libcurl allows a handle five connections that are gone in its whole
  /// life, which may be many thousand exchanges.
  private func renew() {
    s4l_easy_reset(easy)
    shape = nil
    method = nil
    version = nil
    timeout = 0
    buffers = 0
    settle()
  }

  /// Sets what holds for all exchanges.
  private func settle() {
    connect()
    let numbers: [(CURLoption, Int)] = [
      (CURLOPT_PATH_AS_IS, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_TCP_KEEPALIVE, 1),
      (CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS)),
      (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
      // Before 7.88 TLS wrote without asking to be spared of SIGPIPE, which libcurl has to ignore.
      (CURLOPT_NOSIGNAL, s4l_curl_version() >= 0x07_58_00 ? 1 : 0),
      (CURLOPT_CONNECTTIMEOUT_MS, Ride.milliseconds(manner.connect)),
    ]
    for (option, value) in numbers { s4l_easy_set_number(easy, option, value) }
    s4l_easy_set_pointer(easy, CURLOPT_USERAGENT, manner.agent)
    if manner.isInsecure {
      s4l_easy_set_number(easy, CURLOPT_SSL_VERIFYPEER, 0)
      s4l_easy_set_number(easy, CURLOPT_SSL_VERIFYHOST, 0)
    }
    if let authorities = manner.authorities {
      authorities.withCString { _ = s4l_easy_set_pointer(easy, CURLOPT_CAINFO, $0) }
      // Else the folder that libcurl was built with would be trusted as well.
      s4l_easy_set_pointer(easy, CURLOPT_CAPATH, nil)
    }
  }

  /// Tells libcurl whom to call.
  private func connect() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    s4l_easy_set_pointer(easy, CURLOPT_PRIVATE, context)
    s4l_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
    let owners = [
      CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA,
      CURLOPT_PREREQDATA,
    ]
    for option in owners { s4l_easy_set_pointer(easy, option, context) }
    s4l_easy_set_flow(easy, CURLOPT_WRITEFUNCTION, Ride.receives)
    s4l_easy_set_flow(easy, CURLOPT_HEADERFUNCTION, Ride.hears)
    s4l_easy_set_flow(easy, CURLOPT_READFUNCTION, Ride.sends)
    s4l_easy_set_seek(easy, Ride.seeks)
    s4l_easy_set_trial(easy, Ride.begins)
    let lines = Unmanaged.passUnretained(self.lines).toOpaque()
    s4l_easy_set_sockets(easy, lines, Lines.opened, Lines.closing)
  }

  /// Zero would be no limit to libcurl.
  private static func milliseconds(_ span: Span) -> Int {
    Int(max(span.nanoseconds / 1_000_000, 1))
  }

  // MARK: One exchange

  /// Takes an order on; gives what is wrong with it, if it cannot be sent. `room` is what a large
  /// body may take of memory: the more are under way, the less each.
  func load(_ order: Order, room: Int) -> Trouble? {
    let exchange = order.exchange
    let shape = Ride.shape(exchange)
    if let trouble = letter.write(exchange, isForm: shape == .fields) { return trouble }
    if tries > 1 { renew() }
    self.order = order
    tries = 0
    reply = Reply(sink: exchange.sink, batch: room, most: exchange.most)
    sent = 0
    isHeld = false
    moved = -1
    movedAt = Clock.elapsed()
    (mark, markedAt, hasBody) = (0, movedAt, false)
    stall = (exchange.stall ?? manner.stall).nanoseconds
    words[0] = 0
    s4l_easy_set_pointer(easy, CURLOPT_URL, exchange.url)
    s4l_easy_set_pointer(easy, CURLOPT_HTTPHEADER, letter.headers)
    take(shape)
    take(exchange, room)
    switch exchange.body {
    case .none: if shape == .fields { setFields(0) }
    case .bytes(let bytes):
      if shape == .fields { toll?.take(bytes.count) }
      if shape == .fields { setFields(bytes.count) } else { setUpload(bytes.count, room) }
    case .file(_, _, let count): setUpload(count, room)
    }
    return nil
  }

  func unload() -> Order? {
    defer { order = nil }
    return order
  }

  private static func shape(_ exchange: Exchange) -> Shape {
    switch exchange.body {
    case .file: .upload
    case .bytes(let bytes): bytes.count <= Letter.mostBody ? .fields : .upload
    case .none:
      switch exchange.method {
      case .head: .head
      case .get, .delete, .propfind, .mkcol, .move: .bare
      case .put, .post, .patch, .proppatch: .fields
      }
    }
  }

  private func take(_ shape: Shape) {
    if shape == self.shape { return }
    self.shape = shape
    // Each of these also undoes what the others set.
    switch shape {
    case .bare: s4l_easy_set_number(easy, CURLOPT_HTTPGET, 1)
    case .head: s4l_easy_set_number(easy, CURLOPT_NOBODY, 1)
    case .fields:
      s4l_easy_set_number(easy, CURLOPT_HTTPGET, 1)
      s4l_easy_set_number(easy, CURLOPT_POST, 1)
    case .upload:
      // With fields left behind, a body would not be begun anew on another connection.
      s4l_easy_set_pointer(easy, CURLOPT_POSTFIELDS, nil)
      s4l_easy_set_number(easy, CURLOPT_HTTPGET, 1)
      s4l_easy_set_number(easy, CURLOPT_UPLOAD, 1)
    }
  }

  private func take(_ exchange: Exchange, _ room: Int) {
    if method != exchange.method {
      method = exchange.method
      s4l_easy_set_pointer(easy, CURLOPT_CUSTOMREQUEST, exchange.method.rawValue)
    }
    let version = Ride.version(exchange)
    if version != self.version {
      self.version = version
      s4l_easy_set_number(easy, CURLOPT_HTTP_VERSION, version)
      let isAlone = version == Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE) && Ride.forgetsVersion
      s4l_easy_set_number(easy, CURLOPT_FRESH_CONNECT, isAlone ? 1 : 0)
      s4l_easy_set_number(easy, CURLOPT_FORBID_REUSE, isAlone ? 1 : 0)
    }
    let timeout = exchange.timeout.map { Ride.milliseconds($0) } ?? 0
    if timeout != self.timeout {
      self.timeout = timeout
      s4l_easy_set_number(easy, CURLOPT_TIMEOUT_MS, timeout)
    }
    let isLarge = if case .memory = exchange.sink { false } else { true }
    let buffers = isLarge ? room / 2 : 16_384
    if buffers != self.buffers {
      self.buffers = buffers
      s4l_easy_set_number(easy, CURLOPT_BUFFERSIZE, buffers)
    }
  }

  private static func version(_ exchange: Exchange) -> Int {
    let isSecure = exchange.url.utf8.prefix(6).elementsEqual("https:".utf8)
    if isSecure { return Int(CURL_HTTP_VERSION_2TLS) }
    return switch exchange.version {
    case .usual: Int(CURL_HTTP_VERSION_1_1)
    case .two: Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)
    }
  }

  /// Whether libcurl begins HTTP/2 anew on a connection without TLS that speaks it already, which
  /// then breaks: so did 7.88, until 8.1 at the latest.
  private static var forgetsVersion: Bool {
    (0x07_58_00..<0x08_01_00).contains(s4l_curl_version())
  }

  /// Head and body leave in one piece.
  private func setFields(_ count: Int) {
    s4l_easy_set_pointer(easy, CURLOPT_POSTFIELDS, letter.body)
    s4l_easy_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(count))
  }

  private func setUpload(_ count: Int, _ room: Int) {
    s4l_easy_set_size(easy, CURLOPT_INFILESIZE_LARGE, Int64(count))
    s4l_easy_set_number(easy, CURLOPT_UPLOAD_BUFFERSIZE, count > 131_072 ? room : 65_536)
  }

  // MARK: Its course

  /// Whether nothing may move now; what is held back so is let go on later.
  func isHeldBack() -> Bool {
    isHeld = toll?.isShut ?? false
    return isHeld
  }

  func pay(_ count: Int) { toll?.take(count) }

  func goOn() {
    guard isHeld else { return }
    isHeld = false
    s4l_easy_go_on(easy)
  }

  /// Whether no byte has moved for too long, or so few that it would never end; connecting has a
  /// limit of its own.
  func isStuck(_ now: Int64) -> Bool {
    guard let order else { return false }
    let bytes =
      s4l_easy_size(easy, CURLINFO_SIZE_UPLOAD_T) + s4l_easy_size(easy, CURLINFO_SIZE_DOWNLOAD_T)
      + Int64(s4l_easy_number(easy, CURLINFO_HEADER_SIZE)) + Int64(sent)
    let isAtRest = !isConnected || isHeld
    if bytes == moved, !isAtRest { return now - movedAt >= stall }
    moved = bytes
    movedAt = now
    return isSlow(order.exchange, bytes, now, isAtRest)
  }

  /// The least that moves in the time that no byte may take.
  private static let leastPace: Int64 = 1_024
  /// How much longer that may take of what is not read: a store that puts a large file together
  /// says a byte now and then, so that nobody hangs up.
  private static let patience: Int64 = 15

  private func isSlow(
    _ exchange: Exchange, _ bytes: Int64, _ now: Int64, _ isAtRest: Bool
  ) -> Bool {
    let isBody = s4l_easy_size(easy, CURLINFO_SIZE_DOWNLOAD_T) > 0
    if isAtRest || isBody != hasBody || bytes < mark || bytes - mark >= Ride.leastPace {
      (mark, markedAt, hasBody) = (bytes, now, isBody)
    }
    if exchange.trickles { return false }
    let isReading = exchange.method == .get || exchange.method == .propfind
    return (now - markedAt) / (isReading && isBody ? 1 : Ride.patience) >= stall
  }

  var stallText: String {
    let isSilent = Clock.elapsed() - movedAt >= stall
    return (isSilent ? "nothing" : "less than 1 KiB") + " moved for "
      + Span(nanoseconds: stall).text
  }

  private var isConnected: Bool { s4l_easy_size(easy, CURLINFO_PRETRANSFER_TIME_T) > 0 }

  /// Whether the other side had hung up a kept connection before it got the request. libcurl begins
  /// anew by itself where it notices while it waits for the answer, but not while it still sends.
  func wasLeft(_ code: CURLcode) -> Bool {
    code == CURLE_SEND_ERROR && s4l_easy_number(easy, CURLINFO_NUM_CONNECTS) == 0
      && s4l_easy_number(easy, CURLINFO_HEADER_SIZE) == 0
  }

  /// What has become of the exchange.
  func result(_ code: CURLcode) -> Result<Answer, Trouble> {
    if reply.trouble == nil { _ = reply.flush() }
    if let trouble = reply.trouble { return .failure(trouble) }
    if code == CURLE_OK || reply.isEnough { return .success(reply.answer) }
    let ending = Trouble.Ending(
      code: code, isConnected: isConnected,
      errno: Int32(truncatingIfNeeded: s4l_easy_number(easy, CURLINFO_OS_ERRNO)),
      detail: String(cString: words))
    return .failure(Trouble(ending))
  }
}
