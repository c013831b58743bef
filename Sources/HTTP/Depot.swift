internal import CCurl
internal import Core
internal import Glibc
internal import System

/// An exchange on its way from whoever asked to a ride, and who is to be told.
final class Order {
  let exchange: Exchange
  let then: (Result<Answer, Trouble>) -> Void
  /// Whether it was sent out once more, as its kept connection turned out to be gone.
  var isRepeated = false

  init(_ exchange: Exchange, _ then: @escaping (Result<Answer, Trouble>) -> Void) {
    self.exchange = exchange
    self.then = then
  }
}

/// Where rides are kept, sent out and come home: libcurl's multi interface on a loop.
///
/// It is apart from the courier so that it outlives one that is let go in the middle of a call.
final class Depot {
  let loop: Loop
  let manner: Courier.Manner
  let multi: UnsafeMutableRawPointer
  private var waiting: [Order] = []
  /// How many of `waiting` are taken already.
  private var taken = 0
  private var idle: [Ride] = []
  private(set) var flying: [Ride] = []
  let lines: Lines
  let toll: Toll?
  private var alarm: Loop.Timer?
  private var round: Loop.Timer?
  private var pace = Int64.max
  /// Whether libcurl is at work, which must not be called then.
  private var isActing = false
  private var isClosed = false
  private var turn = 0
  private var isReleased = false

  init(_ loop: Loop, _ manner: Courier.Manner) throws(Failure) {
    let first = Depot.nextFile()
    guard let multi = s4l_multi_open() else {
      throw Failure(.unavailable, "libcurl.so.4", "it cannot be started")
    }
    self.loop = loop
    self.manner = manner
    self.multi = multi
    toll = manner.rate.map { Toll($0, loop) }
    lines = Lines(loop)
    lines.depot = self
    toll?.opened = { [unowned self] in goOn() }
    s4l_multi_set_calls(multi, Unmanaged.passUnretained(self).toOpaque(), Lines.wanted, Depot.timed)
    _ = s4l_multi_set_number(multi, CURLMOPT_MAXCONNECTS, manner.most)
    // The library has made a pair of sockets to wake itself, which no program of ours is to keep.
    for file in first..<(first + 8) {
      var status = stat()
      guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { continue }
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    }
  }

  /// The number that the next file would have.
  private static func nextFile() -> Int32 {
    let file = fcntl(0, F_DUPFD_CLOEXEC, 3)
    if file < 0 { return 3 }
    _ = Glibc.close(file)
    return file
  }

  // MARK: Orders

  func accept(
    _ exchange: Exchange, _ then: @escaping (Result<Answer, Trouble>) -> Void
  ) -> Order {
    let order = Order(exchange, then)
    waiting.append(order)
    if !isActing { send() }
    return order
  }

  /// Sends out what waits, as far as there is room.
  private func send() {
    while !isClosed, taken < waiting.count, flying.count < manner.most {
      if toll?.isShut == true { return }
      let order = waiting[taken]
      taken += 1
      if taken == waiting.count || taken >= 1_024 {
        waiting.removeFirst(taken)
        taken = 0
      }
      ship(order)
    }
  }

  private func ship(_ order: Order) {
    guard let ride = idle.popLast() ?? Ride(self) else {
      return refuse(order, Trouble(.malformed, "libcurl gives no handle"))
    }
    if let trouble = ride.load(order, room: flying.count < 4 ? 262_144 : 65_536) {
      idle.append(ride)
      return refuse(order, trouble)
    }
    ride.place = flying.count
    flying.append(ride)
    let code = s4l_multi_add(multi, ride.easy)
    guard code == CURLM_OK else {
      let reason = String(cString: s4l_multi_words(code))
      _ = bringHome(ride)
      return refuse(order, Trouble(.malformed, reason))
    }
    patrol(every: max(ride.stall / 4, 1_000_000))
  }

  private func refuse(_ order: Order, _ trouble: Trouble) {
    loop.after(0) { [weak self] in
      if let self, !isClosed { order.then(.failure(trouble)) }
    }
  }

  /// Forgets an order whoever placed it no longer waits for.
  func drop(_ order: Order) {
    if let place = waiting[taken...].firstIndex(where: { $0 === order }) {
      waiting.remove(at: place)
    } else if let ride = flying.first(where: { $0.order === order }) {
      s4l_multi_remove(multi, ride.easy)
      _ = bringHome(ride)
    }
  }

  /// Takes a ride from the road and gives the order it had.
  private func bringHome(_ ride: Ride) -> Order? {
    let last = flying.removeLast()
    if last !== ride {
      flying[ride.place] = last
      last.place = ride.place
    }
    let order = ride.unload()
    idle.append(ride)
    return order
  }

  // MARK: Work

  /// Lets libcurl work on a socket that is ready, or on what is due.
  func act(_ socket: Int32, _ events: Int32) {
    if isActing || isClosed { return }
    isActing = true
    _ = s4l_multi_act(multi, socket, events)
    isActing = false
    settle()
  }

  /// Tells of all transfers that have ended and sends out what waits.
  private func settle() {
    var code = CURLE_OK
    while !isClosed, let owner = s4l_multi_ended(multi, &code) {
      end(Unmanaged<Ride>.fromOpaque(owner).takeUnretainedValue(), code)
    }
    send()
    if isClosed { release() }
  }

  private func end(_ ride: Ride, _ code: CURLcode) {
    if ride.wasLeft(code), let order = ride.order, !order.isRepeated {
      order.isRepeated = true
      s4l_multi_remove(multi, ride.easy)
      _ = bringHome(ride)
      waiting.insert(order, at: taken)
      return
    }
    let result = ride.result(code)
    s4l_multi_remove(multi, ride.easy)
    let order = bringHome(ride)
    order?.then(result)
  }

  /// Lets all go on that were held back to keep the rate, another first each time.
  private func goOn() {
    if isClosed { return }
    isActing = true
    turn &+= 1
    for place in flying.indices { flying[(place + turn) % flying.count].goOn() }
    isActing = false
    act(CURL_SOCKET_TIMEOUT, 0)
  }

  // MARK: Moments

  private static let timed: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    let depot = Unmanaged<Depot>.fromOpaque(context).takeUnretainedValue()
    depot.ring(after: milliseconds)
    return 0
  }

  private func ring(after milliseconds: Int) {
    if let alarm { loop.cancel(alarm) }
    alarm = nil
    if milliseconds < 0 || isClosed { return }
    alarm = loop.after(Int64(milliseconds) * 1_000_000) { [unowned self] in
      alarm = nil
      act(CURL_SOCKET_TIMEOUT, 0)
    }
  }

  /// Looks after the rides at least so often.
  private func patrol(every nanoseconds: Int64) {
    if round != nil, pace <= nanoseconds { return }
    if let round { loop.cancel(round) }
    pace = nanoseconds
    round = loop.after(nanoseconds) { [unowned self] in
      round = nil
      inspect()
    }
  }

  /// Ends the rides on which nothing moves.
  ///
  /// Why not libcurl's own limit of speed: it counts in seconds, and costs each transfer a timer.
  private func inspect() {
    let now = Clock.elapsed()
    for ride in flying where ride.isStuck(now) {
      let trouble = Trouble(.stalled, ride.stallText)
      s4l_multi_remove(multi, ride.easy)
      let order = bringHome(ride)
      order?.then(.failure(trouble))
      if isClosed { break }
    }
    send()
    if isClosed { return release() }
    let shortest = flying.map(\.stall).min()
    pace = .max
    if let shortest { patrol(every: max(shortest / 4, 1_000_000)) }
  }

  // MARK: The end

  /// Drops everything; nobody is called any more.
  func close() {
    isClosed = true
    waiting = []
    taken = 0
    if !isActing { release() }
  }

  private func release() {
    if isReleased { return }
    isReleased = true
    toll?.close()
    for timer in [alarm, round] { if let timer { loop.cancel(timer) } }
    for ride in flying { s4l_multi_remove(multi, ride.easy) }
    // Handles are closed before the multi handle, as libcurl wants it.
    for ride in flying + idle { ride.close() }
    flying = []
    idle = []
    s4l_multi_close(multi)
    lines.close()
  }
}
