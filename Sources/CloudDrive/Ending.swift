internal import Core
internal import Drives
internal import HTTP
internal import Values

/// How a call of gRPC ended: the status, and the words that go with it.
struct Ending: Equatable {
  static let fine = 0
  static let absent = 5
  static let unknownMethod = 12

  let code: Int
  let message: String

  /// Nil where nothing says how it ended, and so it did not end well.
  init?(_ headers: Headers) {
    guard let text = headers["grpc-status"], let code = Int(text), code >= 0 else { return nil }
    self.code = code
    message = Ending.words(headers["grpc-message"] ?? "")
  }

  /// The words without their percent signs, and fit for a terminal.
  private static func words(_ text: String) -> String {
    var plain: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2, let decoded = Hex.decode(digits) {
        plain += decoded
        rest = rest.dropFirst(2)
      } else {
        plain.append(byte)
      }
    }
    return Path.visible(plain.prefix(500))
  }

  /// The table of the statuses: what each means to whoever asked.
  var verdict: Caller.Verdict {
    switch code {
    case Ending.fine: .fine
    case 1: .failed(failure(.later, "it was cancelled by the server"))
    case 4: .again(failure(.later, "it took the server too long"))
    case Ending.absent: .failed(failure(.absent, "there is no such file"))
    case 7: .failed(failure(.refused, "permission denied"))
    case 8: .again(failure(.later, "the server has no more room for it"), isThrottled: true)
    case Ending.unknownMethod:
      .failed(failure(.unavailable, "this release of CloudDrive2 does not know the call"))
    case 14: .again(failure(.later, "the server cannot do it now"))
    case 16: .renewed(failure(.refused, "the server does not know who asks"))
    default: .failed(failure(.io, "the server reports an error"))
    }
  }

  private func failure(_ kind: Failure.Kind, _ reason: String) -> Failure {
    let words = message.isEmpty ? "" : ": \(message)"
    return Failure(kind, "", "\(reason)\(words) (gRPC status \(code))")
  }
}
