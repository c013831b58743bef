internal import CLinux
package import Core
internal import Glibc
package import Values

/// Fetches files from below a folder that may hang, such as the mount of a drive.
///
/// Each is read by a process of its own kind, a boat, for a call into such a folder may never come
/// back: a boat that says nothing for a while is given up, and whatever becomes of it keeps nobody
/// waiting. After a few of them so is the folder.
package final class Ferry {
  /// What was found of a file.
  package struct Sight: Equatable, Sendable {
    package var size: Int
    package var mtime: Timestamp
  }

  private struct Order {
    var path: Path
    var file: Int32?
    var then: (Result<Sight, Failure>) -> Void
  }

  /// How many may go at a time, and how many may be lost.
  private static let most = 4

  package let mount: Path
  private let loop: Loop
  /// For how many nanoseconds a boat may be silent.
  private let stall: Int64
  private let warn: (String) -> Void
  private let toll: Toll?
  private var idle: [Boat] = []
  private var busy: [ObjectIdentifier: Boat] = [:]
  private var waiting: [Order] = []
  private var lost: [Int32] = []
  private var turn = 0

  /// At most `rate` bytes a second, if there is one.
  package init(
    _ mount: Path, stall: Int64, rate: Int? = nil, _ loop: Loop,
    warn: @escaping (String) -> Void
  ) {
    toll = rate.map { Toll($0, loop) }
    self.mount = mount
    self.stall = stall
    self.loop = loop
    self.warn = warn
    toll?.opened = { [weak self] in self?.goOn() }
  }

  /// Lets those read on that were kept from it, another first each time.
  private func goOn() {
    turn &+= 1
    let boats = Array(busy.values)
    for place in boats.indices { boats[(place + turn) % boats.count].goOn() }
  }

  deinit {
    toll?.close()
    for boat in busy.values { boat.sink() }
    for boat in idle { boat.sink(awaits: true) }
    for process in lost { Boat.bury(process, awaits: false) }
  }

  /// The processes that are reading.
  package var readers: [Int32] { busy.values.map(\.process) }

  package var isGivenUp: Bool { lost.count >= Ferry.most }

  /// Looks at a file.
  package func look(_ path: Path, _ then: @escaping (Result<Sight, Failure>) -> Void) {
    add(Order(path: path, file: nil, then: then))
  }

  /// Writes a file into one that is open and empty, which stays the caller's.
  package func copy(
    _ path: Path, into file: Int32, _ then: @escaping (Result<Sight, Failure>) -> Void
  ) {
    add(Order(path: path, file: file, then: then))
  }

  private func add(_ order: Order) {
    if isGivenUp || order.path.bytes.count > 4_000 {
      let failure = Failure(.io, "\(mount)", isGivenUp ? "it was given up" : "too long a path")
      loop.after(0) { order.then(.failure(failure)) }
    } else if busy.count >= Ferry.most {
      waiting.append(order)
    } else {
      begin(order)
    }
  }

  private func begin(_ order: Order) {
    let boat: Boat
    if let waits = idle.popLast() {
      boat = waits
    } else {
      do throws(Failure) { boat = try Boat(mount, loop, toll) } catch {
        loop.after(0) { order.then(.failure(error)) }
        return
      }
    }
    busy[ObjectIdentifier(boat)] = boat
    boat.send(order.path, into: order.file, within: stall) { [weak self, unowned boat] answer in
      self?.ended(boat, order, answer)
    }
  }

  private func ended(_ boat: Boat, _ order: Order, _ answer: Boat.Answer) {
    busy[ObjectIdentifier(boat)] = nil
    switch answer {
    case .arrived(let sight):
      idle.append(boat)
      next()
      order.then(.success(sight))
    case .refused(let error):
      idle.append(boat)
      next()
      order.then(.failure(error.failure(order.path)))
    case .broken(let failure):
      boat.sink()
      next()
      order.then(.failure(failure))
    case .silent:
      lose(boat)
      let reason = "it said nothing for \(Span(nanoseconds: stall).text)"
      order.then(.failure(Failure(.io, "\(mount)", reason)))
    }
  }

  private func lose(_ boat: Boat) {
    lost.append(boat.process)
    boat.sink()
    guard isGivenUp else { return next() }
    if lost.count > Ferry.most { return }
    warn("\(mount) hangs: nothing more is read from it in this run")
    let rest = waiting
    waiting = []
    for order in rest { add(order) }
  }

  private func next() {
    guard !waiting.isEmpty, busy.count < Ferry.most else { return }
    begin(waiting.removeFirst())
  }
}

/// A process that reads one file after another.
private final class Boat {
  enum Answer {
    case arrived(Ferry.Sight)
    case refused(SystemError)
    case broken(Failure)
    case silent
  }

  private static let window = 65_536

  let process: Int32
  private let loop: Loop
  private let toll: Toll?
  /// Whether it is not listened to, so that the rate is kept.
  private var isHeld = false
  private let channel: Descriptor
  private let got = Buffer(capacity: Boat.window)
  private var file: Int32?
  private var sight: Ferry.Sight?
  private var written = 0
  private var stall: Int64 = 0
  private var limit: Loop.Timer?
  private var then: ((Answer) -> Void)?
  private var isSunk = false

  init(_ mount: Path, _ loop: Loop, _ toll: Toll?) throws(Failure) {
    self.loop = loop
    self.toll = toll
    var end: Int32 = -1
    let started = mount.withCString { s4l_ferry_start($0, &end) }
    if started < 0 { throw Failure(errno: errno, mount) }
    process = started
    channel = Descriptor(owning: end)
  }

  func send(
    _ path: Path, into file: Int32?, within stall: Int64, _ then: @escaping (Answer) -> Void
  ) {
    self.file = file
    self.stall = stall
    self.then = then
    sight = nil
    written = 0
    got.clear()
    let order = s4l_ferry_order(
      length: UInt32(path.bytes.count), wants_bytes: file == nil ? 0 : 1)
    let message = Buffer(capacity: path.bytes.count + 8)
    withUnsafeBytes(of: order) { message.append($0) }
    message.append(path.bytes)
    // It is small and the channel empty, so it goes out whole or the boat is gone.
    let sent = Glibc.send(
      channel.number, message.base, message.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
    isHeld = true
    goOn()
    if sent != message.count {
      loop.after(0) { [weak self] in self?.fail("its reader has ended") }
    }
  }

  /// Listens, unless too much has come already.
  func goOn() {
    guard isHeld, then != nil, toll?.isShut != true else { return }
    isHeld = false
    wait()
    loop.watch(channel.number, .reading) { [unowned self] _ in receive() }
  }

  private func wait() {
    if let limit { loop.cancel(limit) }
    limit = loop.after(stall) { [weak self] in self?.answer(.silent) }
  }

  /// Ends the process. One that hangs may not even heed that, so nobody waits for it; an idle one
  /// does at once.
  func sink(awaits: Bool = false) {
    if isSunk { return }
    isSunk = true
    if let limit { loop.cancel(limit) }
    loop.forget(channel.number)
    then = nil
    kill(process, SIGKILL)
    Boat.bury(process, awaits: awaits)
  }

  static func bury(_ process: Int32, awaits: Bool) {
    var status: Int32 = 0
    _ = waitpid(process, &status, awaits ? 0 : WNOHANG)
  }

  private func answer(_ answer: Answer) {
    guard let then else { return }
    self.then = nil
    if let limit { loop.cancel(limit) }
    limit = nil
    loop.forget(channel.number)
    then(answer)
  }

  private func fail(_ reason: String) { answer(.broken(Failure(.io, "mount", reason))) }

  private func receive() {
    let count = recv(channel.number, got.reserve(Boat.window), Boat.window, 0)
    if count < 0 {
      let error = errno
      if error != EAGAIN, error != EINTR { fail(Failure.words(error)) }
      return
    }
    if count == 0 { return fail("its reader has ended") }
    got.count += count
    wait()
    while then != nil, step() {}
    // Its silence is ours meanwhile.
    guard then != nil, toll?.isShut == true else { return }
    isHeld = true
    if let limit { loop.cancel(limit) }
    limit = nil
    loop.forget(channel.number)
  }

  /// Takes what has come of an answer; false if more is needed.
  private func step() -> Bool {
    guard let sight else { return head() }
    guard got.count >= 4 else { return false }
    let length = got.bytes.loadUnaligned(as: Int32.self)
    if length <= 0 {
      got.removeFirst(4)
      answer(length == 0 ? .arrived(sight) : .refused(SystemError(number: -length)))
      return false
    }
    guard got.count >= 4 + Int(length) else { return false }
    write(Int(length))
    got.removeFirst(4 + Int(length))
    return true
  }

  private func head() -> Bool {
    let size = MemoryLayout<s4l_ferry_head>.size
    guard got.count >= size else { return false }
    let head = got.bytes.loadUnaligned(as: s4l_ferry_head.self)
    got.removeFirst(size)
    if head.error != 0 {
      answer(.refused(SystemError(number: head.error)))
      return false
    }
    let seen = Ferry.Sight(
      size: Int(head.size),
      mtime: Timestamp(seconds: head.mtime, nanoseconds: Int32(head.mtime_ns)))
    sight = seen
    if file != nil { return true }
    answer(.arrived(seen))
    return false
  }

  private func write(_ count: Int) {
    guard let file else { return }
    var done = 0
    while done < count {
      let wrote = pwrite(file, got.base + 4 + done, count - done, off_t(written + done))
      if wrote < 0 {
        let error = errno
        if error == EINTR { continue }
        return answer(.broken(Failure(errno: error, "")))
      }
      done += wrote
    }
    written += count
    toll?.take(count)
  }
}
