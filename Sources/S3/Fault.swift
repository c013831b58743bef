package import Core

/// What a reply that is no success means: the one table from status and code to what can be done.
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

  /// Judges a reply. `answered` is the region that its headers name, `used` the one it was signed
  /// for; the reply to a HEAD has no body, so its headers are all there is.
  package init(
    status: Int, error: StoreError, for errand: Errand, answered: String? = nil, used: String = ""
  ) {
    let elsewhere = [error.region, answered].compactMap { $0 }.first { !$0.isEmpty && $0 != used }
    let rule = Fault.rule(status, error.code, errand, isElsewhere: elsewhere != nil)
    `class` = rule.class
    kind = rule.kind
    region = elsewhere
    endpoint = error.endpoint
    let hint = errand == .head && status == 403 ? ", as it does also of what is missing" : ""
    let words = error.words
    reason = "the store answered \(status)" + (words.isEmpty ? "" : " \(words)") + hint
  }

  package func failure(_ subject: String) -> Failure {
    Failure(kind, subject, reason)
  }
}

/// The table.
extension Fault {
  struct Rule: Equatable, Sendable {
    let `class`: Class
    let kind: Failure.Kind

    init(_ class: Class, _ kind: Failure.Kind) {
      self.class = `class`
      self.kind = kind
    }
  }

  static func rule(_ status: Int, _ code: String, _ errand: Errand, isElsewhere: Bool) -> Rule {
    // A signature for the wrong region is only called malformed; without a better region it is.
    let isLost = code == "AuthorizationHeaderMalformed" && !isElsewhere
    if isLost { return Rule(.final, .refused) }
    let rule = codes[code] ?? statusRule(status, isElsewhere: isElsewhere)
    guard rule.class == .absent, !errand.mayMiss else { return rule }
    return Rule(.final, .absent)
  }

  /// What a status means when the store gives no code, or one that is in no table.
  private static func statusRule(_ status: Int, isElsewhere: Bool) -> Rule {
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

  private static let codes: [String: Rule] = {
    var codes: [String: Rule] = [:]
    for (rule, names) in rows {
      for name in names.split(separator: " ") { codes[String(name)] = rule }
    }
    return codes
  }()

  static let rows: [(Rule, String)] = [
    (
      Rule(.transient, .later),
      """
      InternalError InternalServerError ServiceUnavailable RequestTimeout \
      RequestTimeoutException PriorRequestNotComplete IncompleteBody
      """
    ),
    (
      Rule(.throttle, .later),
      """
      SlowDown SlowDownRead SlowDownWrite Throttling ThrottlingException ThrottledException \
      RequestThrottled RequestThrottledException TooManyRequests TooManyRequestsException \
      RequestLimitExceeded BandwidthLimitExceeded LimitExceededException QpsLimitExceeded \
      ProvisionedThroughputExceededException TransactionInProgressException \
      EC2ThrottledException DownloadTrafficRateLimitExceeded UploadTrafficRateLimitExceeded
      """
    ),
    (Rule(.clock, .unavailable), "RequestTimeTooSkewed"),
    (
      Rule(.token, .refused),
      "ExpiredToken ExpiredTokenException InvalidToken TokenRefreshRequired"
    ),
    (
      Rule(.region, .unavailable),
      """
      PermanentRedirect TemporaryRedirect Redirect AuthorizationHeaderMalformed \
      IllegalLocationConstraintException
      """
    ),
    (
      Rule(.digest, .later),
      "BadDigest InvalidDigest XAmzContentSHA256Mismatch XAmzContentChecksumMismatch"
    ),
    (
      Rule(.conflict, .later),
      "ConditionalRequestConflict OperationAborted InvalidPart InvalidPartOrder"
    ),
    (Rule(.precondition, .later), "PreconditionFailed NotModified InvalidRange"),
    (Rule(.absent, .absent), "NoSuchKey NoSuchUpload NoSuchVersion NotFound"),
    (Rule(.final, .absent), "NoSuchBucket"),
    (
      Rule(.final, .refused),
      """
      AccessDenied InvalidAccessKeyId SignatureDoesNotMatch AccountProblem AllAccessDisabled \
      NotSignedUp InvalidSecurity InvalidPayer CredentialsNotSupported MissingSecurityHeader \
      InvalidObjectState Forbidden UnauthorizedAccess
      """
    ),
    (
      Rule(.final, .data),
      """
      EntityTooLarge EntityTooSmall KeyTooLongError InvalidObjectName InvalidURI \
      MetadataTooLarge InvalidArgument InvalidTag
      """
    ),
    (
      Rule(.final, .unavailable),
      """
      NotImplemented MethodNotAllowed MalformedXML MissingContentLength InvalidRequest \
      InvalidBucketName InvalidBucketState InvalidStorageClass InvalidEncryptionAlgorithmError \
      InsufficientStorage QuotaExceeded SecondLevelDomainForbidden UnsupportedArgument \
      BucketAlreadyExists BucketNotEmpty
      """
    ),
  ]
}
