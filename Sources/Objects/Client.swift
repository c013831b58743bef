package import Core
package import HTTP
package import System
package import Values

/// Makes requests to one bucket: signs them, keeps as many under way as the store bears, and makes
/// those again that failed for a reason that passes.
package final class Client {
  /// A request with what has been tried so far.
  final class Call {
    let ask: Ask
    let then: (Result<Answer, Refusal>) -> Void
    var attempts = 0
    var ticket: Window.Ticket?
    /// What it was last signed with: others may have put it right for all meanwhile.
    var standing = Standing()
    var skew: Int64?
    /// What is done at most once for a request.
    var hasFreshKeys = false
    var isReread = false

    init(_ ask: Ask, _ then: @escaping (Result<Answer, Refusal>) -> Void) {
      self.ask = ask
      self.then = then
    }
  }

  package let log: Log
  private let loop: Loop
  private let courier: Courier
  private let dialect: any Dialect
  private var window: Window
  private var backoff: Backoff
  private var dice = SystemRandomNumberGenerator()
  private var pace: Pace?
  private var tempo: Tempo?
  private var waiting = Queue<Call>()
  private var isHeld = false
  /// How far the store's clock is ahead of ours, once it has refused a request for that.
  private var skew: Int64?
  /// What the store is not quoted with.
  private var discretion = Discretion()

  package init(
    _ loop: Loop, _ courier: Courier, _ dialect: any Dialect, _ measure: Measure, _ log: Log
  ) {
    self.loop = loop
    self.courier = courier
    self.dialect = dialect
    self.log = log
    window = Window(ceiling: measure.width)
    backoff = Backoff(attempts: measure.attempts)
    pace = measure.rate.map { Pace($0, at: Clock.elapsed()) }
    tempo = measure.frequency.map { Tempo($0) }
  }

  /// Makes a request; `then` gets the answer if its status is no failure.
  package func send(_ ask: Ask, _ then: @escaping (Result<Answer, Refusal>) -> Void) {
    waiting.append(Call(ask, then))
    pump()
  }

  /// The moment by the store's clock, as far as that is known.
  package var now: Timestamp { Clock.now().advanced(by: skew ?? 0) }

  // MARK: Starting

  private func pump() {
    while !isHeld, window.hasRoom, !waiting.isEmpty {
      if let rest = tempo?.delay(at: Clock.elapsed()), rest > 0 { return hold(rest) {} }
      guard let call = waiting.popFirst() else { return }
      call.ticket = window.start()
      let delay = pace?.delay(call.ask.weight, at: Clock.elapsed()) ?? 0
      if delay > 0 { return hold(delay) { [self] in begin(call) } }
      begin(call)
    }
  }

  /// Starts nothing for so long, so that the rates are kept.
  private func hold(_ delay: Int64, _ then: @escaping () -> Void) {
    isHeld = true
    loop.after(delay) { [self] in
      isHeld = false
      then()
      pump()
    }
  }

  private func begin(_ call: Call) {
    tempo?.start(at: Clock.elapsed(), using: &dice)
    if let standing = dialect.standing { return start(call, standing) }
    dialect.fetch { [self] result in
      switch result {
      case .success(let standing): start(call, standing)
      case .failure(let failure): finish(call, .failure(Refusal(failure)))
      }
    }
  }

  private func start(_ call: Call, _ standing: Standing) {
    call.attempts += 1
    (call.standing, call.skew) = (standing, skew)
    do throws(Failure) {
      let exchange = try dialect.exchange(call.ask, standing, at: now)
      discretion.learn(exchange)
      courier.start(exchange) { [self] result in
        switch result {
        case .success(let answer): judge(call, answer)
        case .failure(let trouble): judge(call, trouble)
        }
      }
    } catch {
      loop.after(0) { [self] in finish(call, .failure(Refusal(error))) }
    }
  }

  /// A failure without any secret that the store may have put into its words.
  package func hide(_ failure: Failure) -> Failure { discretion.hide(failure) }

  /// What a reply holds; an error in it counts as a failure.
  package func content<Content>(
    _ read: () throws(Failure) -> Reply<Content>
  ) -> Result<Content, Failure> {
    do throws(Failure) {
      switch try read() {
      case .content(let content): return .success(content)
      case .error(let error): return .failure(hide(Failure(.unavailable, "", error.words)))
      }
    } catch {
      return .failure(error)
    }
  }

  // MARK: What came of it

  private func judge(_ call: Call, _ answer: Answer) {
    let ask = call.ask
    guard answer.isSuccess || ask.accepts.contains(answer.status) else {
      return judge(call, answer, StoreError(body: answer.body))
    }
    // A store that works long on a request says that all is well before it knows.
    if ask.errand.mayFailLate, let error = StoreError(late: answer.body) {
      return judge(call, answer, error)
    }
    backoff.succeeded()
    finish(call, .success(answer), .succeeded)
  }

  private func judge(_ call: Call, _ trouble: Trouble) {
    var refusal = Refusal(trouble)
    refusal.attempts = call.attempts
    switch trouble.kind {
    case .unresolved, .unreachable, .timeout, .stalled, .broken:
      again(call, refusal, isThrottled: false, wish: nil)
    case .untrusted, .refused, .tooLarge, .file, .malformed:
      finish(call, .failure(refusal))
    }
  }

  private func judge(_ call: Call, _ answer: Answer, _ error: StoreError) {
    let fault = dialect.fault(answer, error, for: call.ask.errand, call.standing)
    var refusal = Refusal(fault, status: answer.status)
    refusal.failure = hide(refusal.failure)
    // A file that is missing is one thing, a bucket quite another.
    if fault.class == .final, fault.kind == .absent { refusal.failure.subject = dialect.bucket }
    refusal.attempts = call.attempts
    switch fault.class {
    case .transient, .throttle:
      let wish = Backoff.wish(
        milliseconds: answer.headers["x-amz-retry-after"],
        retryAfter: answer.headers["retry-after"], now: now)
      again(call, refusal, isThrottled: fault.class == .throttle, wish: wish)
    case .clock where call.skew == nil && correctClock(answer): begin(call)
    case .token where !call.hasFreshKeys:
      call.hasFreshKeys = true
      _ = dialect.mend(fault, call.standing, log)
      begin(call)
    case .region where dialect.mend(fault, call.standing, log): begin(call)
    case .digest where !call.isReread:
      call.isReread = true
      begin(call)
    case .clock, .token, .region, .digest, .conflict, .precondition, .absent, .final:
      finish(call, .failure(refusal))
    }
  }

  /// Reads from a refusal how far the clocks differ; once, as it will not change again.
  private func correctClock(_ answer: Answer) -> Bool {
    if skew != nil { return true }
    guard let text = answer.headers["date"], let theirs = Timestamp(httpDate: text) else {
      return false
    }
    // A nonsensical date is no reason to end: as nanoseconds it has to be a number yet.
    let seconds = min(max(theirs.seconds - Clock.now().seconds, -9_000_000_000), 9_000_000_000)
    skew = seconds * 1_000_000_000
    log.warn("our clock is \(abs(seconds)) s off that of \(dialect.host), which is heeded")
    return true
  }

  /// Makes it once more after a while, unless that was done often enough. Who waits does not take
  /// the place of who could go on.
  private func again(_ call: Call, _ refusal: Refusal, isThrottled: Bool, wish: Span?) {
    let delay = backoff.delay(
      after: call.attempts, isThrottled: isThrottled, wish: wish, using: &dice)
    if let ticket = call.ticket {
      window.finish(ticket, isThrottled ? .throttled : .failed)
      call.ticket = nil
    }
    guard let delay else { return finish(call, .failure(refusal)) }
    log.debug("\(refusal.failure.reason); again in \(delay.text)", ["try": "\(call.attempts + 1)"])
    loop.after(delay.nanoseconds) { [self] in
      waiting.prepend(call)
      pump()
    }
    pump()
  }

  private func finish(
    _ call: Call, _ result: Result<Answer, Refusal>, _ outcome: Window.Outcome = .failed
  ) {
    if let ticket = call.ticket { window.finish(ticket, outcome) }
    call.ticket = nil
    call.then(result)
    pump()
  }
}
