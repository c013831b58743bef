internal import CMicrohttpd
package import Core
internal import Glibc
package import System

// The map of this module:
//
//   Server                       the connections of a listener, on a loop
//   Line                         one of them, with the request that is on its way over it
//   Request, Answer, Reply       what is asked, what is said to that, and the owing of it
//   Written                      an answer as the library takes it
//   Routes                       what there is to ask for
//   Listener, HostAddress        where we are reached, and by whom
//   Gate                         who may ask

/// Answers requests over HTTP/1.1, on the thread of a loop.
///
/// Many connections are open at once, of which none is waited for: a request is handed out when it
/// is there whole, and whoever it is handed to answers at once or later. A client that is slow,
/// that stops in the middle or never ends costs a connection for a bounded time, and nothing else.
package final class Server {
  package struct Limits: Sendable {
    /// Connections at once; others wait in the queue of the system.
    package var connections = 1_024
    /// Bytes of a request's body.
    package var body = 1 << 20
    /// Bytes of a request's head.
    package var head = 8 << 10
    /// Seconds until a connection is closed on which nothing happens.
    package var idle = 30
    /// Seconds within which a request must be there whole.
    package var request = 60

    package init() {}
  }

  package let name: String
  package let address: HostAddress
  package let port: Int
  let limits: Limits
  private let loop: Loop
  /// What we listen on, until we stop.
  private var socket: Descriptor?
  private let responder: Routes.Responder
  private let log: Log
  private let calls: UnsafeMutablePointer<s4l_serve_calls>
  private var daemon: UnsafeMutableRawPointer?
  private var file: Int32 = -1
  private var lines: [ObjectIdentifier: Line] = [:]
  private var tick: Loop.Timer?
  private var again: Loop.Timer?
  private var isHurried = false
  /// How often the library has wanted another turn at once since it had something to tell.
  private var idleTurns = 0
  private(set) var isStopping = false
  /// The last answer: most are like the one before.
  private var last: Written?

  /// Starts to answer; each request is handed to `responder`.
  package init(
    _ loop: Loop, _ listener: consuming Listener, _ limits: Limits, _ log: Log,
    _ responder: @escaping Routes.Responder
  ) throws(Failure) {
    self.loop = loop
    self.limits = limits
    self.responder = responder
    self.log = log
    (name, address, port) = (listener.name, listener.address, listener.port)
    let number = listener.release()
    socket = Descriptor(owning: number)
    calls = .allocate(capacity: 1)
    calls.initialize(to: s4l_serve_calls())
    calls.pointee = Server.calls(Unmanaged.passUnretained(self).toOpaque())
    var terms = s4l_serve_terms(
      most: UInt32(clamping: limits.connections), idle_seconds: UInt32(clamping: limits.idle),
      memory: limits.head)
    // A client that hangs up while we answer is no reason to die.
    Interrupt.ignoreBrokenPipes()
    daemon = s4l_serve_start(number, &terms, calls)
    file = daemon.map { s4l_serve_file($0) } ?? -1
    guard file >= 0 else { throw Failure(.unavailable, name, "the server cannot be started") }
    loop.watch(file, .reading) { [weak self] _ in self?.turn() }
  }

  deinit {
    close()
    calls.deallocate()
  }

  // MARK: Turning

  private func turn() {
    guard let daemon else { return }
    isHurried = false
    guard s4l_serve_turn(daemon) == 1 else { return }
    // It also wants more for a connection that has filled its buffer to no avail, and goes on to.
    idleTurns += 1
    if idleTurns < 16 { hurry() } else { turn(after: 50_000_000) }
  }

  /// Has the library see to what it was not woken for.
  func hurry() {
    if isHurried { return }
    isHurried = true
    turn(after: 0)
  }

  private func turn(after nanoseconds: Int64) {
    if let again { loop.cancel(again) }
    again = loop.after(nanoseconds) { [weak self] in
      self?.again = nil
      self?.turn()
    }
  }

  /// Once a second while there are connections: closes those that have taken too long.
  private func look() {
    tick = nil
    let limit = Clock.elapsed() - Int64(limits.request) * 1_000_000_000
    for line in lines.values where line.isReading && line.since < limit { hangUp(line) }
    turn()
    keepLooking()
  }

  private func keepLooking() {
    guard tick == nil, !lines.isEmpty else { return }
    tick = loop.after(1_000_000_000) { [weak self] in self?.look() }
  }

  private func hasInput(_ line: Line) -> Bool {
    var byte: UInt8 = 0
    return recv(line.socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) > 0
  }

  private func hangUp(_ line: Line) { shutdown(line.socket, Int32(SHUT_RDWR)) }

  // MARK: Stopping

  package var isEmpty: Bool { lines.isEmpty }

  /// Takes no more connections, and closes each as soon as what was asked over it is answered.
  package func drain() {
    guard let daemon, !isStopping else { return }
    isStopping = true
    s4l_serve_quiesce(daemon)
    socket = nil
    // What has come in so far is still read and answered: the library would not answer over what
    // nothing more can come in.
    for line in lines.values where line.isIdle && !hasInput(line) {
      line.isOver = true
      shutdown(line.socket, Int32(SHUT_RD))
    }
    turn()
  }

  /// Ends whatever goes on. What is not answered yet is answered with 503.
  package func close() {
    guard let daemon else { return }
    isStopping = true
    for line in lines.values where line.isWaiting { line.answer(.stopping) }
    _ = s4l_serve_turn(daemon)
    loop.forget(file)
    for timer in [tick, again] { timer.map(loop.cancel) }
    s4l_serve_stop(daemon)
    self.daemon = nil
    lines = [:]
  }

  // MARK: Requests

  func written(_ answer: Answer) -> Written? {
    if let last, last.isLast == isStopping, last.answer == answer { return last }
    let written = Written(answer, isLast: isStopping)
    if answer.body.count <= Written.most { last = written }
    return written
  }

  func handOut(_ request: Request, _ reply: Reply) {
    // Nothing is put into words that nobody will read.
    if log.level <= .debug {
      log.debug(
        "request",
        [
          "method": .text(request.method), "remote": .text(request.remote.description),
          "bytes": .integer(request.body.count),
        ])
    }
    responder(request, reply)
  }
}

/// What the library tells.
extension Server {
  private static func calls(_ owner: UnsafeMutableRawPointer) -> s4l_serve_calls {
    s4l_serve_calls(
      owner: owner,
      opened: { owner, connection, socket in
        guard let owner, let connection else { return nil }
        return Unmanaged<Server>.fromOpaque(owner).takeUnretainedValue().open(connection, socket)
      },
      closed: { context in
        guard let context else { return }
        let line = Unmanaged<Line>.fromOpaque(context).takeUnretainedValue()
        line.server.forget(line)
      },
      begun: { line, target in
        guard let line, let target else { return }
        Unmanaged<Line>.fromOpaque(line).takeUnretainedValue().begin(target)
      },
      brought: { line, method, bytes, count in
        guard let line, let method else { return Int32(S4L_SERVE_HANG_UP) }
        let found = Unmanaged<Line>.fromOpaque(line).takeUnretainedValue()
        found.server.idleTurns = 0
        return found.bring(method, bytes, count)
      },
      ended: { line in
        guard let line else { return }
        Unmanaged<Line>.fromOpaque(line).takeUnretainedValue().end(at: Clock.elapsed())
      },
      said: { owner, text in
        guard let owner, let text else { return }
        Unmanaged<Server>.fromOpaque(owner).takeUnretainedValue().report(text)
      })
  }

  private func open(
    _ connection: UnsafeMutableRawPointer, _ socket: Int32
  ) -> UnsafeMutableRawPointer? {
    let remote: HostAddress
    do { (remote, _) = try Listener.address(of: socket, ofPeer: true, name) } catch { return nil }
    let line = Line(self, connection, socket, remote, at: Clock.elapsed())
    lines[ObjectIdentifier(line)] = line
    loop.watch(socket, .ending) { [weak self] _ in self?.hearEnd(socket) }
    keepLooking()
    return Unmanaged.passUnretained(line).toOpaque()
  }

  /// The library does not see an end that comes together with the last bytes; told once more, it
  /// does, and what came before is still read.
  private func hearEnd(_ socket: Int32) {
    loop.forget(socket)
    shutdown(socket, Int32(SHUT_RD))
  }

  private func forget(_ line: Line) {
    loop.forget(line.socket)
    lines[ObjectIdentifier(line)] = nil
  }

  private func report(_ text: UnsafePointer<CChar>) {
    var words = String(cString: text)[...]
    while words.last?.isWhitespace == true { words = words.dropLast() }
    log.debug("libmicrohttpd: \(words)")
  }
}
