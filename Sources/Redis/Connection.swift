internal import CHiredis
internal import Core
internal import Glibc
internal import System
internal import Values

/// A connection to one server that blocks until it is answered.
///
/// Why commands are not sent by hiredis: it writes without asking that no signal come, and a server
/// that has hung up would end the process with SIGPIPE.
final class Connection {
  private let context: UnsafeMutablePointer<redisContext>
  private let name: String
  private let out = Buffer(capacity: 65_536)
  /// How many answers are still to come.
  private var awaited = 0

  /// How long connecting, and waiting for an answer, may take.
  static let patience = timeval(tv_sec: 5, tv_usec: 0)

  init(_ endpoint: Endpoint, patience: timeval = Connection.patience) throws(Failure) {
    name = endpoint.description
    let made =
      switch endpoint {
      case .host(let place):
        redisConnectWithTimeout(place.host, Int32(clamping: place.port), patience)
      case .socket(let path):
        path.withCString { redisConnectUnixWithTimeout($0, patience) }
      }
    guard let made else { throw Failure(.unavailable, endpoint.description, "no memory is left") }
    context = made
    try check()
    context.pointee.withhold()
    if redisSetTimeout(context, patience) != REDIS_OK { try check() }
    if case .host = endpoint, redisEnableKeepAlive(context) != REDIS_OK { try check() }
  }

  deinit {
    redisFree(context)
  }

  /// Adds a command to those that are sent next.
  func append(_ words: [Word]) {
    out.command(words)
    awaited += 1
  }

  /// Adds a command that `body` writes.
  func append(_ body: (Buffer) -> Void) {
    body(out)
    awaited += 1
  }

  /// How many bytes wait to be sent.
  var backlog: Int { out.count }

  func send() throws(Failure) {
    var sent = 0
    while sent < out.count {
      let count = Glibc.send(
        context.pointee.fd, out.base + sent, out.count - sent, Int32(MSG_NOSIGNAL))
      if count > 0 {
        sent += count
      } else if errno != EINTR {
        throw broken(errno)
      }
    }
    out.clear()
  }

  /// The next answer.
  func receive() throws(Failure) -> Reply {
    var reply: UnsafeMutableRawPointer?
    guard redisGetReply(context, &reply) == REDIS_OK, let reply else {
      if context.pointee.err == REDIS_ERR_IO { throw broken(errno) }
      try check()
      throw Failure(.unavailable, name, "no answer")
    }
    defer { freeReplyObject(reply) }
    awaited -= 1
    return Reply(reply.assumingMemoryBound(to: redisReply.self))
  }

  /// Sends what was appended and gives every answer, in order.
  func exchange() throws(Failure) -> [Reply] {
    try send()
    var replies: [Reply] = []
    replies.reserveCapacity(awaited)
    while awaited > 0 { replies.append(try receive()) }
    return replies
  }

  /// One command and its answer.
  func ask(_ words: Word...) throws(Failure) -> Reply {
    append(words)
    let reply = try exchange().last ?? .none
    if case .error(let error) = reply { throw Refusal.failure(name, error) }
    return reply
  }

  /// Whether the server has hung up since it was last heard.
  var isHungUp: Bool {
    var byte: UInt8 = 0
    let count = recv(context.pointee.fd, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
  }

  private func check() throws(Failure) {
    if context.pointee.err == 0 { return }
    let reason = withUnsafeBytes(of: context.pointee.errstr) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    throw Failure(.unavailable, name, reason)
  }

  private func broken(_ errno: Int32) -> Failure {
    let isSilence = errno == EAGAIN || errno == EWOULDBLOCK
    return Failure(.unavailable, name, isSilence ? "no answer in time" : Failure.words(errno))
  }
}

extension redisContext {
  /// Keeps the connection, which speaks in our name, from the programs that we start.
  func withhold() { _ = fcntl(fd, F_SETFD, FD_CLOEXEC) }
}
