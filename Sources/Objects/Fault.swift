package import Core

/// What a reply that is no success means: what can be done, and what it comes to.
package struct Fault: Error, Equatable, Sendable {
  package enum Class: CaseIterable, Sendable {
    /// Passes by itself: try again.
    case transient
    /// Too many requests: try again later, with fewer at once.
    case throttle
    /// Our clock is off: sign by the server's, once.
    case clock
    /// The credentials have run out: get fresh ones, once.
    case token
    /// The bucket is elsewhere: sign for that place, once.
    case region
    /// What came is not what was sent: read it again, once.
    case digest
    /// Another writer was quicker, or an upload is not as we left it: begin anew.
    case conflict
    /// A condition of the request does not hold.
    case precondition
    /// The object or upload is not there.
    case absent
    /// Nothing helps.
    case final
  }

  package let `class`: Class
  package let kind: Failure.Kind
  package let reason: String
  /// Where the request belongs, if the store says so.
  package let region: String?
  package let endpoint: String?

  /// A judgement of a reply, by whoever knows the codes of its service.
  package init(
    _ rule: Rule, status: Int, _ error: StoreError, for errand: Errand, region: String? = nil
  ) {
    `class` = rule.class
    kind = rule.kind
    self.region = region
    endpoint = error.endpoint
    let hint = errand == .head && status == 403 ? ", as it does also of what is missing" : ""
    let words = error.words
    reason = "the store answered \(status)" + (words.isEmpty ? "" : " \(words)") + hint
  }

  package func failure(_ subject: String) -> Failure {
    Failure(kind, subject, reason)
  }
}

/// What a reply comes to.
extension Fault {
  package struct Rule: Equatable, Sendable {
    package let `class`: Class
    package let kind: Failure.Kind

    package init(_ class: Class, _ kind: Failure.Kind) {
      self.class = `class`
      self.kind = kind
    }
  }

  /// What a status means when the store gives no code, or one that is in no table.
  package static func statusRule(_ status: Int, isElsewhere: Bool = false) -> Rule {
    switch status {
    case 301, 302, 307, 308: Rule(.region, .unavailable)
    case 400 where isElsewhere: Rule(.region, .unavailable)
    case 304, 412, 416: Rule(.precondition, .later)
    case 401, 403: Rule(.final, .refused)
    case 404, 410: Rule(.absent, .absent)
    case 408: Rule(.transient, .later)
    case 409: Rule(.conflict, .later)
    case 413, 414: Rule(.final, .data)
    case 429, 509: Rule(.throttle, .later)
    case 501, 505, 507: Rule(.final, .unavailable)
    case 500...599: Rule(.transient, .later)
    default: Rule(.final, .unavailable)
    }
  }

  /// Rules by the codes that rows of words hold.
  package static func table(_ rows: [(Rule, String)]) -> [String: Rule] {
    var codes: [String: Rule] = [:]
    for (rule, names) in rows {
      for name in names.split(separator: " ") { codes[String(name)] = rule }
    }
    return codes
  }
}
