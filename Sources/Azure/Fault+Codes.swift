internal import Core
internal import Objects

/// What Azure's storage means: the one table from code to what can be done. Where it has no word,
/// the status counts.
extension Fault {
  static func rule(_ status: Int, _ code: String, _ errand: Errand, isSkewed: Bool) -> Rule {
    if isSkewed, code == "AuthenticationFailed" { return Rule(.clock, .refused) }
    let rule = codes[code] ?? statusRule(status)
    guard rule.class == .absent, !errand.mayMiss else { return rule }
    return Rule(.final, .absent)
  }

  private static let codes = table(rows)

  static let rows: [(Rule, String)] = [
    (
      Rule(.transient, .later),
      "InternalError OperationTimedOut ContainerBeingDeleted ContainerDisabled AccountBeingCreated"
    ),
    (Rule(.throttle, .later), "ServerBusy TooManyRequests"),
    (Rule(.digest, .later), "Md5Mismatch Crc64Mismatch InvalidMd5"),
    // Blocks that are not as we left them, or are somebody else's.
    (Rule(.conflict, .later), "InvalidBlockList InvalidBlobOrBlock InvalidBlockId"),
    (
      Rule(.precondition, .later),
      """
      ConditionNotMet TargetConditionNotMet BlobAlreadyExists UnauthorizedBlobOverwrite \
      InvalidRange
      """
    ),
    (Rule(.absent, .absent), "BlobNotFound ResourceNotFound"),
    (Rule(.final, .absent), "ContainerNotFound"),
    (
      Rule(.final, .later),
      """
      LeaseIdMissing LeaseIdMismatchWithBlobOperation BlobBeingRehydrated PendingCopyOperation
      """
    ),
    (
      Rule(.final, .refused),
      """
      AuthenticationFailed AuthorizationFailure AuthorizationPermissionMismatch \
      AuthorizationProtocolMismatch AuthorizationResourceTypeMismatch \
      AuthorizationServiceMismatch AuthorizationSourceIPMismatch AccountIsDisabled \
      InsufficientAccountPermissions InvalidAuthenticationInfo NoAuthenticationInformation \
      KeyBasedAuthenticationNotPermitted PublicAccessNotPermitted BlobArchived \
      BlobImmutableDueToPolicy SnapshotsPresent
      """
    ),
    (
      Rule(.final, .data),
      """
      BlockCountExceedsLimit BlockListTooLong InvalidMetadata InvalidResourceName \
      MetadataTooLarge EmptyMetadataKey RequestBodyTooLarge OutOfRangeInput InvalidUri \
      InvalidBlobType
      """
    ),
  ]
}
