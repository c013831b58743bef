internal import Core
internal import Drives
internal import HTTP
internal import System
internal import Values

/// What the status of an answer means; the one table of them.
enum Fault {
  /// An answer that is no success, to a request whose words these are.
  static func verdict(_ answer: Answer, _ login: Login, _ pass: Login.Pass?) -> Caller.Verdict {
    let status = answer.status
    switch status {
    case 401:
      let failure = Failure(.refused, "", login.words)
      return login.learns(answer, pass) ? .renewed(failure) : .failed(failure)
    case 429, 503, 509:
      return .again(failure(status), wish: wish(answer), isThrottled: true)
    case 408, 423, 425, 500, 502, 504: return .again(failure(status), wish: wish(answer))
    default: return .failed(failure(status))
    }
  }

  static func failure(_ status: Int) -> Failure {
    switch status {
    case 200...299: Failure(.unavailable, "", "the server does not speak WebDAV here")
    case 300...399: Failure(.unavailable, "", "the server says that it is elsewhere")
    case 401, 403, 407: Failure(.refused, "", "the server refuses it (status \(status))")
    case 404, 410: Failure(.absent, "", "the server has no such file or folder")
    case 405, 501: Failure(.unavailable, "", "the server does not do this here (\(status))")
    case 408, 425, 429, 502, 503, 504, 509:
      Failure(.later, "", "the server is busy (status \(status))")
    case 409: Failure(.unavailable, "", "the folder above it is missing, or is none")
    case 412: Failure(.later, "", "the target has changed since the plan was made")
    case 423: Failure(.later, "", "it is locked by somebody else")
    case 507: Failure(.unavailable, "", "there is no room left on the server")
    default: Failure(.unavailable, "", "the server answers with status \(status)")
    }
  }

  /// What is not known of a resource because of a status inside of an answer. Nothing there says
  /// that something does not exist: that is what the status of an answer is for.
  static func inside(_ status: Int) -> Failure {
    let failure = failure(status)
    if failure.kind != .absent, status >= 300 { return failure }
    return Failure(.unavailable, "", "the server tells nothing of it (status \(status))")
  }

  private static func wish(_ answer: Answer) -> Span? {
    Backoff.wish(milliseconds: nil, retryAfter: answer.headers["retry-after"], now: Clock.now())
  }
}
