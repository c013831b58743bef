internal import Core
internal import HTTP
internal import Signing
internal import System
internal import Values

/// Asks a source for its keys. Answers come from the loop.
///
/// Why with closures and not one step after the other: keys are renewed in the middle of uploads,
/// which must go on meanwhile.
final class Lender {
  typealias Receiver = (Result<Loan, Failure>) -> Void

  let loop: Loop
  private let makeCourier: () throws(Failure) -> Courier
  let now: () -> Timestamp
  let patience: Patience

  /// How long is waited for what.
  struct Patience {
    /// Before a question is asked again.
    var pause = Span(nanoseconds: 1_000_000_000)
    /// For a program, to which a person may have to say something.
    var command = Span(nanoseconds: 60_000_000_000)
    /// For a service of the network.
    var service = Span(nanoseconds: 30_000_000_000)
    /// For a container's service.
    var container = Span(nanoseconds: 2_000_000_000)
  }

  init(
    _ loop: Loop, _ now: @escaping () -> Timestamp, _ patience: Patience,
    _ makeCourier: @escaping () throws(Failure) -> Courier
  ) {
    self.loop = loop
    self.now = now
    self.patience = patience
    self.makeCourier = makeCourier
  }

  func lend(_ source: Source, _ then: @escaping Receiver) {
    switch source {
    case .fixed(let keys): loop.after(0) { then(.success(Loan(keys: keys, expires: nil))) }
    case .command(let command): lend(command, then)
    case .container(let container): lend(container, then)
    case .instance(let instance): lend(instance, then)
    case .webIdentity(let role, let file): lend(role, tokenFile: file, then)
    case .role(let role, let source):
      lend(source) { [self] result in
        switch result {
        case .success(let loan): lend(role, by: loan.keys, then)
        case .failure: then(result)
        }
      }
    }
  }

  /// Tells of a failure in a later turn, as answers are told.
  func fail(_ failure: Failure, _ then: @escaping Receiver) {
    loop.after(0) { then(.failure(failure)) }
  }

  /// Sends a request, again if the service may only be having a bad moment. What is answered with
  /// another status than 2xx is an answer.
  func ask(
    _ exchange: Exchange, attempts: Int, _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    let courier: Courier
    do throws(Failure) { courier = try makeCourier() } catch {
      loop.after(0) { then(.failure(error)) }
      return
    }
    courier.start(exchange) { [self] result in
      let isFleeting: Bool
      switch result {
      case .success(let answer): isFleeting = answer.status >= 500 || answer.status == 429
      case .failure(let trouble): isFleeting = trouble.failure("").kind == .later
      }
      if isFleeting, attempts > 1 {
        loop.after(patience.pause.nanoseconds) { self.ask(exchange, attempts: attempts - 1, then) }
        return
      }
      then(result.mapError { $0.failure(exchange.url) })
    }
  }
}
