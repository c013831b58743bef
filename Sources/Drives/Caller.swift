package import Core
package import HTTP
package import System
package import Values

/// Makes the requests of a drive: so many at a time, so many a second, and those again that failed
/// for a reason that passes.
///
/// What an answer means only the drive knows: it judges each. What cannot be judged, since no
/// answer came, is tried again where that may help.
package final class Caller {
  package struct Terms {
    /// How many requests are under way at once.
    package var width = 4
    /// Requests a second; nil for as many as there are.
    package var frequency: Double?
    /// How often a request is sent in all.
    package var attempts = 5

    package init() {}
  }

  /// What is to become of a request that was answered.
  package enum Verdict {
    case fine
    /// To be tried again, after what the server wishes; this is its failure if that does not help.
    case again(Failure, wish: Span? = nil, isThrottled: Bool = false)
    /// To be made once more, at once and from the start, after what `renew` does; only once for
    /// each request.
    case renewed(Failure)
    case failed(Failure)
  }

  /// A request, and what was tried so far.
  private final class Call {
    let make: () throws(Failure) -> Exchange
    let judge: (Answer) -> Verdict
    let then: (Result<Answer, Failure>) -> Void
    var attempts = 0
    var isRenewed = false

    init(
      _ make: @escaping () throws(Failure) -> Exchange, _ judge: @escaping (Answer) -> Verdict,
      _ then: @escaping (Result<Answer, Failure>) -> Void
    ) {
      self.make = make
      self.judge = judge
      self.then = then
    }
  }

  package let loop: Loop
  package let log: Log
  /// Gets what a request needs that has been refused for want of it, as a token that ran out.
  package var renew: (_ then: @escaping (Failure?) -> Void) -> Void = { $0(nil) }
  private let courier: Courier
  private let terms: Terms
  private var tempo: Tempo?
  private var backoff: Backoff
  private var dice = SystemRandomNumberGenerator()
  private var waiting = Queue<Call>()
  private var underWay = 0
  private var isHeld = false

  package init(_ loop: Loop, _ courier: Courier, _ terms: Terms, _ log: Log) {
    self.loop = loop
    self.courier = courier
    self.terms = terms
    self.log = log
    tempo = terms.frequency.map { Tempo($0) }
    backoff = Backoff(attempts: terms.attempts)
  }

  /// Makes a request. It is made anew for each try, for what it is made of may have changed; `then`
  /// is called from the loop, never before this has returned.
  package func send(
    _ make: @escaping () throws(Failure) -> Exchange, judge: @escaping (Answer) -> Verdict,
    _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    waiting.append(Call(make, judge, then))
    pump()
  }

  // MARK: Starting

  private func pump() {
    while !isHeld, underWay < terms.width, let call = waiting.popFirst() {
      underWay += 1
      let delay = tempo?.delay(at: Clock.elapsed(), using: &dice) ?? 0
      if delay == 0 {
        start(call)
        continue
      }
      isHeld = true
      loop.after(delay) { [self] in
        isHeld = false
        start(call)
        pump()
      }
    }
  }

  private func start(_ call: Call) {
    call.attempts += 1
    do throws(Failure) {
      courier.start(try call.make()) { [self] result in
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
      finish(call, .success(answer))
    case .failed(let failure): finish(call, .failure(failure))
    case .again(let failure, let wish, let isThrottled):
      again(call, failure, isThrottled: isThrottled, wish: wish)
    case .renewed(let failure):
      if call.isRenewed { return finish(call, .failure(failure)) }
      call.isRenewed = true
      renew { [self] trouble in
        if let trouble { return finish(call, .failure(trouble)) }
        start(call)
      }
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
  /// the place of who could go on.
  private func again(_ call: Call, _ failure: Failure, isThrottled: Bool, wish: Span?) {
    let delay = backoff.delay(
      after: call.attempts, isThrottled: isThrottled, wish: wish, using: &dice)
    guard let delay else { return finish(call, .failure(failure)) }
    underWay -= 1
    log.debug("\(failure.reason); again in \(delay.text)", ["try": "\(call.attempts + 1)"])
    loop.after(delay.nanoseconds) { [self] in
      waiting.prepend(call)
      pump()
    }
    pump()
  }

  private func finish(_ call: Call, _ result: Result<Answer, Failure>) {
    underWay -= 1
    call.then(result)
    pump()
  }
}
