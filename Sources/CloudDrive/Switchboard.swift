internal import Core
internal import Drives
internal import HTTP
internal import System
internal import Values

/// How calls travel.
package enum Transport: String, CaseIterable, Sendable {
  /// As gRPC-Web over HTTP/1.1, which passes through whatever stands before a server.
  case web
  /// As gRPC itself over HTTP/2.
  case h2

  var headers: [(name: String, value: String)] {
    switch self {
    case .web:
      [("Content-Type", "application/grpc-web+proto"), ("X-Grpc-Web", "1")]
    case .h2: [("Content-Type", "application/grpc"), ("TE", "trailers")]
    }
  }
}

/// Makes calls of the service and finds out how they ended: well only where the server says so
/// behind an answer that came whole.
final class Switchboard {
  /// How long nothing may come: a folder that is looked at anew is asked for at the cloud.
  static let patience = Span(nanoseconds: 300_000_000_000)
  static let longest = Span(nanoseconds: 3_600_000_000_000)
  /// The largest message of an answer.
  static let most = 64 << 20

  /// `http://host:port`.
  let address: String
  private let transport: Transport
  let caller: Caller

  init(_ address: String, _ transport: Transport, _ caller: Caller) {
    self.address = address
    self.transport = transport
    self.caller = caller
  }

  /// What reads the messages of an answer; made anew for each try.
  typealias Reading = (UnsafeRawBufferPointer) -> Failure?

  /// Makes a call. `reading` is asked for each try who reads the answer; `meaning` may see more in
  /// a status than the table does.
  ///
  /// One that goes ahead is made before all others, and these wait for its answer.
  func call(
    _ call: Call, ahead isAhead: Bool = false, secrets: [Secret] = [],
    headers: @escaping () throws(Failure) -> [(name: String, value: String)],
    meaning: @escaping (Ending) -> Caller.Verdict = { $0.verdict },
    reading: @escaping () -> Reading, _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    var frames = Frames(most: 0, hasEnd: false) { _ in nil }
    var objection: Failure?
    caller.send(ahead: isAhead) { [address, transport] () throws(Failure) in
      let fresh = Frames(most: Switchboard.most, hasEnd: transport == .web, reading())
      frames = fresh
      objection = nil
      var exchange = Exchange(
        .post, "\(address)/clouddrive.CloudDriveFileSrv/\(call.name)",
        headers: transport.headers + (try headers()), body: .bytes(call.framed),
        sink: .stream { fresh.take($0) }, timeout: Switchboard.longest, stall: Switchboard.patience
      ) { answer in
        // Of what is no answer to a call nothing is read.
        guard answer.status == 200, case .failed(let failure) = Switchboard.stranger(answer) else {
          return true
        }
        objection = failure
        return false
      }
      if transport == .h2 { exchange.version = .two }
      exchange.secrets = secrets
      return exchange
    } judge: { answer in
      Switchboard.verdict(answer, frames, meaning)
    } _: { [caller] result in
      // What is wrong with the answer has ended the exchange, which knows no more than that.
      then(result.map { _ in }.mapError { caller.hide(objection ?? frames.failure ?? $0) })
    }
  }

  private static func verdict(
    _ answer: Answer, _ frames: Frames, _ meaning: (Ending) -> Caller.Verdict
  ) -> Caller.Verdict {
    if let verdict = stranger(answer) { return verdict }
    if let failure = frames.failure { return .failed(failure) }
    let last = frames.end.flatMap { Ending(Headers(lines: $0)) } ?? Ending(answer.trailers)
    let first = Ending(answer.headers)
    // Said beforehand, that all is well only holds of an answer that is over at once.
    let isOver = answer.received == 0 || first?.code != Ending.fine
    guard let ending = last ?? (isOver ? first : nil) else {
      return .again(
        Failure(.later, "", "the answer was cut off: it does not say how the call ended"))
    }
    if ending.code == Ending.fine, !frames.isWhole {
      return .again(Failure(.later, "", "the answer ends in the middle of a message"))
    }
    return meaning(ending)
  }

  /// What to make of an answer that is not one of gRPC; nil for one that is.
  private static func stranger(_ answer: Answer) -> Caller.Verdict? {
    let hint = "which CloudDrive2 never does: a proxy, or another port than that of its service"
    switch answer.status {
    case 200:
      let type = answer.headers["content-type"] ?? "nothing it names"
      if type.hasPrefix("application/grpc"), !type.hasPrefix("application/grpc-web-text") {
        return nil
      }
      let shown = Path.visible(type.utf8.prefix(60))
      return .failed(Failure(.unavailable, "", "it answers with \(shown), \(hint)"))
    case 429, 502, 503, 504:
      let failure = Failure(
        .later, "", "it answers with HTTP status \(answer.status), \(hint)")
      let wish = Backoff.wish(
        milliseconds: nil, retryAfter: answer.headers["retry-after"], now: Clock.now())
      return .again(failure, wish: wish, isThrottled: answer.status == 429)
    case 401, 403, 407:
      return .failed(
        Failure(.refused, "", "it answers with HTTP status \(answer.status), \(hint)"))
    default:
      return .failed(
        Failure(.unavailable, "", "it answers with HTTP status \(answer.status), \(hint)"))
    }
  }
}
