internal import Core
internal import HTTP
internal import System
internal import Values

/// What an answer means: the one table of the server's codes and words.
///
/// There is no code for what is not there. Only one text means it; anything else that sounds like
/// it may come from a drive whose login is dead.
enum Fault {
  enum Meaning: Equatable {
    case fine
    /// To be tried again, as it may pass.
    case passing(Failure, isThrottled: Bool)
    /// Whoever asks is not known, or not any more.
    case unknown(Failure)
    /// The folder may not be looked at anew.
    case unrefreshed
    case failed(Failure)
  }

  static func meaning(_ answer: Answer) -> Meaning {
    guard answer.status == 200 else { return status(answer) }
    do throws(Failure) {
      return meaning(try Envelope(answer.body))
    } catch {
      return .failed(garbage(error.reason))
    }
  }

  static func meaning(_ envelope: Envelope) -> Meaning {
    let words = envelope.words
    let text = envelope.message.lowercased()
    func says(_ part: String) -> Bool { text.holds(part) }
    switch envelope.code {
    case 200: return .fine
    case 401:
      if says("user is disabled"), !says("guest") { return .failed(Failure(.refused, "", words)) }
      return .unknown(Failure(.refused, "", words))
    case 403:
      if says("refresh without permission") { return .unrefreshed }
      if says("file exists") {
        return .failed(Failure(.later, "", "something took its name meanwhile"))
      }
      return .failed(Failure(.refused, "", words))
    case 402: return .failed(Failure(.refused, "", words))
    case 429: return .passing(Failure(.later, "", words), isThrottled: true)
    case 500...599:
      // A mount that is gone or never came up does not come back by asking again.
      if says("storage not found") || says("storage not init") || says("storage status") {
        return .failed(Failure(.unavailable, "", words))
      }
      if isAbsence(text) { return .failed(Failure(.absent, "", words)) }
      if says("not a folder") || says("not a file") || says("not a dir") {
        return .failed(Failure(.refused, "", words))
      }
      return .passing(Failure(.unavailable, "", words), isThrottled: false)
    default: return .failed(Failure(.unavailable, "", words))
    }
  }

  /// Whether these words say that a file is not there. The cause stands last, behind what failed
  /// for it; a path that is named may have any words in it.
  private static func isAbsence(_ text: String) -> Bool {
    text.split(separator: ";").first.map {
      $0 == "object not found" || $0.hasSuffix(": object not found")
    } ?? false
  }

  /// Who answers without a body of the server's own is something in between, or none of its kind.
  private static func status(_ answer: Answer) -> Meaning {
    let words = "the server answers with status \(answer.status)"
    switch answer.status {
    case 429: return .passing(Failure(.later, "", words), isThrottled: true)
    case 408, 500...599: return .passing(Failure(.unavailable, "", words), isThrottled: false)
    case 401, 403, 407: return .failed(Failure(.refused, "", words))
    case 300...399:
      return .failed(
        Failure(.unavailable, "", words + ": it is to be asked at another address, or by TLS"))
    default: return .failed(Failure(.unavailable, "", words))
    }
  }

  static func garbage(_ reason: String) -> Failure {
    Failure(.unavailable, "", "the answer is none of OpenList's: \(reason)")
  }

  /// What the headers say of when to come back.
  static func wish(_ answer: Answer) -> Span? {
    Backoff.wish(
      milliseconds: nil, retryAfter: answer.headers["retry-after"], now: Clock.now())
  }
}
