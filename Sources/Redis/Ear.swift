internal import CHiredis
internal import Core
internal import Glibc
internal import System
internal import Values

/// A connection that waits on a loop for what the server has to tell, and is made anew when it is
/// lost. Nothing in it blocks but the look-up of a host's name.
final class Ear {
  private let loop: Loop
  private let session: Session
  private let hear: (Reply) -> Void
  /// Told when the connection is there and may be asked something.
  private let opened: () -> Void
  private var context: UnsafeMutablePointer<redisContext>?
  private let out = Buffer(capacity: 256)
  /// How many answers to what is said first are still to come.
  private var greetings = 0
  private var delay = Ear.shortest
  private var openedAt: Int64 = 0
  private var timer: Loop.Timer?
  private(set) var isOpen = false

  private static let shortest: Int64 = 250_000_000
  private static let longest: Int64 = 5_000_000_000

  init(
    _ loop: Loop, _ session: Session, opened: @escaping () -> Void, hear: @escaping (Reply) -> Void
  ) {
    self.loop = loop
    self.session = session
    self.opened = opened
    self.hear = hear
  }

  deinit {
    close()
  }

  /// Begins to connect to where the session last found the server.
  func open() {
    close()
    guard let endpoint = session.endpoint, let made = Ear.start(endpoint) else { return lost() }
    context = made
    if made.pointee.err != 0 { return lost() }
    made.pointee.withhold()
    let greeting = session.address.greeting
    greetings = greeting.count
    for command in greeting { out.command(command) }
    watch([.reading, .writing])
  }

  private static func start(_ endpoint: Endpoint) -> UnsafeMutablePointer<redisContext>? {
    switch endpoint {
    case .host(let place): redisConnectNonBlock(place.host, Int32(clamping: place.port))
    case .socket(let path): path.withCString { redisConnectUnixNonBlock($0) }
    }
  }

  /// Sends a command; what is sent while there is no connection is not kept.
  func say(_ words: [Word]) {
    guard isOpen else { return }
    out.command(words)
    flush()
  }

  func close() {
    if let timer { loop.cancel(timer) }
    timer = nil
    if let context {
      loop.forget(context.pointee.fd)
      redisFree(context)
    }
    context = nil
    isOpen = false
    out.clear()
  }

  /// Comes back after a while, and a longer one each time.
  private func lost() {
    if isOpen, Clock.elapsed() - openedAt > Ear.longest { delay = Ear.shortest }
    close()
    timer = loop.after(delay) { [weak self] in self?.open() }
    delay = min(delay * 2, Ear.longest)
  }

  private func watch(_ interest: Loop.Interest) {
    guard let context else { return }
    loop.watch(context.pointee.fd, interest) { [weak self] ready in self?.turn(ready) }
  }

  /// Blocks until it is done, while the connection lasts, and not for long.
  func turn(until isDone: () -> Bool) {
    let end = Clock.elapsed() + Ear.longest
    while !isDone(), let context, Clock.elapsed() < end {
      let wish = isOpen && out.count == 0 ? POLLIN : POLLIN | POLLOUT
      var file = pollfd(fd: context.pointee.fd, events: Int16(wish), revents: 0)
      if poll(&file, 1, 100) < 1 { continue }
      let canWrite = Int32(file.revents) & POLLOUT != 0
      turn(canWrite ? [.reading, .writing] : .reading)
    }
  }

  private func turn(_ ready: Loop.Interest) {
    if ready.contains(.writing) {
      if !isOpen {
        isOpen = true
        openedAt = Clock.elapsed()
        if let context { _ = redisEnableKeepAlive(context) }
        if greetings == 0 { opened() }
      }
      flush()
    }
    if ready.contains(.reading) { read() }
  }

  private func flush() {
    guard let context else { return }
    while out.count > 0 {
      let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
      let count = send(context.pointee.fd, out.base, out.count, flags)
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        if error == EAGAIN { return watch([.reading, .writing]) }
        return lost()
      }
      out.removeFirst(count)
    }
    watch(.reading)
  }

  private func read() {
    guard let context else { return }
    if redisBufferRead(context) != REDIS_OK { return lost() }
    // What is called may close this ear.
    while self.context == context {
      var reply: UnsafeMutableRawPointer?
      guard redisGetReplyFromReader(context, &reply) == REDIS_OK else { return lost() }
      guard let reply else { return }
      let heard = Reply(reply.assumingMemoryBound(to: redisReply.self))
      freeReplyObject(reply)
      take(heard)
    }
  }

  private func take(_ reply: Reply) {
    if greetings > 0 {
      if case .error = reply { return lost() }
      greetings -= 1
      if greetings == 0 { opened() }
      return
    }
    if case .error(let error) = reply, Refusal.kind(of: error) != .bug { return lost() }
    hear(reply)
  }
}
