internal import Core
package import Objects

/// What S3 means: the one table from status and code to what can be done.
extension Fault {
  /// Judges a reply. `answered` is the region that its headers name, `used` the one it was signed
  /// for; the reply to a HEAD has no body, so its headers are all there is.
  package init(
    status: Int, error: StoreError, for errand: Errand, answered: String? = nil, used: String = ""
  ) {
    let elsewhere = [error.region, answered].compactMap { $0 }.first { !$0.isEmpty && $0 != used }
    let rule = Fault.rule(status, error.code, errand, isElsewhere: elsewhere != nil)
    self.init(rule, status: status, error, for: errand, region: elsewhere)
  }

  static func rule(_ status: Int, _ code: String, _ errand: Errand, isElsewhere: Bool) -> Rule {
    // A signature for the wrong region is only called malformed; without a better region it is.
    let isLost = code == "AuthorizationHeaderMalformed" && !isElsewhere
    if isLost { return Rule(.final, .refused) }
    let rule = codes[code] ?? statusRule(status, isElsewhere: isElsewhere)
    guard rule.class == .absent, !errand.mayMiss else { return rule }
    return Rule(.final, .absent)
  }

  private static let codes = table(rows)

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
