package import Core
package import HTTP
package import System
package import Values

/// Makes the requests of a drive: so many at a time, so many a second, within its hours, and those
/// again that failed for a reason that passes.
///
/// What an answer means only the drive knows: it judges each. What cannot be judged, since no
/// answer came, is tried again where that may help. A drive that answers nothing any more is given
/// up on: then what is asked fails at once, but for one request now and then.
package final class Caller {
  /// What is to become of a request that was answered.
  package enum Verdict {
    case fine
    /// To be tried again, after what the server wishes; this is its failure if that does not help.
    case again(Failure, wish: Span? = nil, isThrottled: Bool = false)
    /// To be made once more, from the start, after what `renew` does; only once for each request.
    case renewed(Failure)
    case failed(Failure)
  }

  /// A request, and what was tried so far.
  private final class Call {
    let make: () throws(Failure) -> Exchange
    let judge: (Answer) -> Verdict
    let then: (Result<Answer, Failure>) -> Void
    /// Whether others wait until it is done, as they need what it gets.
    let isAhead: Bool
    var attempts = 0
    var isRenewed = false
    /// How often had been renewed when it was sent.
    var age = 0

    init(
      _ make: @escaping () throws(Failure) -> Exchange, _ judge: @escaping (Answer) -> Verdict,
      isAhead: Bool, _ then: @escaping (Result<Answer, Failure>) -> Void
    ) {
      self.make = make
      self.judge = judge
      self.isAhead = isAhead
      self.then = then
    }
  }

  typealias Carry = (
    _ exchange: Exchange, _ then: @escaping (Result<Answer, Trouble>) -> Void
  ) -> Void

  package let loop: Loop
  package let log: Log
  /// Gets what a request needs that has been refused for want of it, as a token that ran out. What
  /// it sends is to go `ahead`.
  package var renew: (_ then: @escaping (Failure?) -> Void) -> Void = { $0(nil) }
  private let carry: Carry
  private let terms: Terms
  private let secondOfDay: () -> Int
  private var tempo: Tempo?
  private var backoff: Backoff
  private var outage = Outage()
  private var dice = SystemRandomNumberGenerator()
  private var waiting = Queue<Call>()
  private var ahead = Queue<Call>()
  private var aheadUnderWay = 0
  private var underWay = 0
  private var isHeld = false
  /// When a drive that had too much is asked again.
  private var quietUntil: Int64 = 0
  private var isTold = false
  private var renewals = 0
  /// What waits for a renewal that is going on.
  private var outdated: [Call]?
  /// Why there is no renewing: credentials that were refused will be refused again.
  private var refusal: Failure?
  /// What the server is not quoted with.
  private var discretion = Discretion()

  package convenience init(_ loop: Loop, _ courier: Courier, _ terms: Terms, _ log: Log) {
    self.init(loop, terms, log) { courier.start($0, $1) }
  }

  /// With somebody else to carry the exchanges, who never answers before he has returned.
  init(
    _ loop: Loop, _ terms: Terms, _ log: Log, _ backoff: Backoff? = nil,
    clock secondOfDay: @escaping () -> Int = Clock.secondOfDay, _ carry: @escaping Carry
  ) {
    self.loop = loop
    self.carry = carry
    self.terms = terms
    self.log = log
    self.secondOfDay = secondOfDay
    tempo = terms.frequency.map { Tempo($0) }
    self.backoff = backoff ?? Backoff(attempts: terms.attempts)
  }

  /// Makes a request. It is made anew for each try, for what it is made of may have changed; `then`
  /// is called from the loop, never before this has returned. One that goes ahead is made before
  /// all that wait, and these wait for its answer.
  package func send(
    ahead isAhead: Bool = false, _ make: @escaping () throws(Failure) -> Exchange,
    judge: @escaping (Answer) -> Verdict, _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    let call = Call(make, judge, isAhead: isAhead, then)
    if isAhead { ahead.append(call) } else { waiting.append(call) }
    pump()
  }

  /// A failure without any secret that the server may have put into its words.
  package func hide(_ failure: Failure) -> Failure { discretion.hide(failure) }

  // MARK: Starting

  private func pump() {
    while !isHeld, underWay < max(terms.width, 1), hasCall {
      let delay = delay()
      if delay > 0 {
        isHeld = true
        loop.after(delay) { [self] in
          isHeld = false
          pump()
        }
        return
      }
      guard let call = ahead.popFirst() ?? waiting.popFirst() else { return }
      underWay += 1
      if call.isAhead { aheadUnderWay += 1 }
      start(call)
    }
  }

  private var hasCall: Bool { !ahead.isEmpty || aheadUnderWay == 0 && !waiting.isEmpty }

  /// How long the next request has to wait. The hours are looked at again now and then, for the
  /// clocks of people are set.
  private func delay() -> Int64 {
    let now = Clock.elapsed()
    if outage.isOn(at: now) { return 0 }
    if let hours = terms.hours {
      let second = secondOfDay()
      let rest = hours.rest(at: second)
      if rest > 0 {
        if !isTold { log.notice("not in these hours: waiting until \(Hours.clock(second + rest))") }
        isTold = true
        return Int64(min(rest, 600)) * 1_000_000_000
      }
      isTold = false
    }
    return max(tempo?.delay(at: now) ?? 0, quietUntil - now)
  }

  private func start(_ call: Call) {
    let now = Clock.elapsed()
    if let failure = outage.failure(at: now) {
      loop.after(0) { [self] in finish(call, .failure(failure)) }
      return
    }
    tempo?.start(at: now, using: &dice)
    call.attempts += 1
    call.age = renewals
    do throws(Failure) {
      let exchange = try call.make()
      discretion.learn(exchange)
      carry(exchange) { [self] result in
        switch result {
        case .success(let answer): judge(call, answer)
        case .failure(let trouble): judge(call, trouble)
        }
      }
    } catch {
      loop.after(0) { [self] in finish(call, .failure(error)) }
    }
  }

  // MARK: What came of it

  private func judge(_ call: Call, _ answer: Answer) {
    switch call.judge(answer) {
    case .fine:
      backoff.succeeded()
      outage.end()
      finish(call, .success(answer))
    case .failed(let failure):
      // Whatever was wrong with this one, the drive is there.
      outage.end()
      finish(call, .failure(hide(failure)))
    case .again(let failure, let wish, let isThrottled):
      again(call, hide(failure), isThrottled: isThrottled, wish: wish)
    case .renewed(let failure): renewed(call, hide(failure))
    }
  }

  private func judge(_ call: Call, _ trouble: Trouble) {
    let failure = trouble.failure("")
    switch trouble.kind {
    case .unresolved, .unreachable, .timeout, .stalled, .broken:
      again(call, failure, isThrottled: false, wish: nil)
    case .untrusted, .refused, .tooLarge, .file, .malformed: finish(call, .failure(failure))
    }
  }

  /// Makes it once more after a while, unless that was done often enough. Who waits does not take
  /// the place of who could go on; but where the drive says that it has too much, all wait.
  private func again(_ call: Call, _ failure: Failure, isThrottled: Bool, wish: Span?) {
    let delay = backoff.delay(
      after: call.attempts, isThrottled: isThrottled, wish: wish, using: &dice)
    guard let delay else {
      outage.note(failure, isSpent: backoff.left < Backoff.price, at: Clock.elapsed())
      return finish(call, .failure(failure))
    }
    log.debug("\(failure.reason); again in \(delay.text)", ["try": "\(call.attempts + 1)"])
    leave(call)
    if isThrottled {
      quietUntil = max(quietUntil, Clock.elapsed() + delay.nanoseconds)
      return requeue(call)
    }
    loop.after(delay.nanoseconds) { [self] in requeue(call) }
    pump()
  }

  private func requeue(_ call: Call) {
    if call.isAhead { ahead.prepend(call) } else { waiting.prepend(call) }
    pump()
  }

  private func leave(_ call: Call) {
    underWay -= 1
    if call.isAhead { aheadUnderWay -= 1 }
  }

  private func finish(_ call: Call, _ result: Result<Answer, Failure>) {
    leave(call)
    call.then(result)
    pump()
  }

  // MARK: Renewing

  /// Requests that were refused together are renewed together, and what was sent before the last
  /// renewal needs no other.
  private func renewed(_ call: Call, _ failure: Failure) {
    outage.end()
    if call.isRenewed || call.isAhead { return finish(call, .failure(failure)) }
    if let refusal { return finish(call, .failure(refusal)) }
    call.isRenewed = true
    leave(call)
    if call.age < renewals { return requeue(call) }
    guard outdated == nil else {
      outdated?.append(call)
      return pump()
    }
    outdated = [call]
    renew { [self] trouble in
      let calls = outdated ?? []
      outdated = nil
      renewals += 1
      if let trouble, trouble.kind == .refused { refusal = trouble }
      for call in calls {
        if let trouble { call.then(.failure(trouble)) } else { waiting.prepend(call) }
      }
      pump()
    }
    pump()
  }
}
