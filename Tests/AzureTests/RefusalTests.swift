import Core
import Objects
import Testing

@testable import Azure

@Suite("What Azure's refusals mean") struct RefusalTests {
  @Test(
    "status and code give the class and the kind",
    arguments: [
      (500, "InternalError", .transient, .later), (500, "OperationTimedOut", .transient, .later),
      (503, "ServerBusy", .throttle, .later), (429, "", .throttle, .later),
      (408, "", .transient, .later), (502, "", .transient, .later), (504, "", .transient, .later),
      (409, "ContainerBeingDeleted", .transient, .later),
      (409, "BlobAlreadyExists", .precondition, .later),
      (412, "ConditionNotMet", .precondition, .later), (412, "", .precondition, .later),
      (416, "InvalidRange", .precondition, .later), (412, "LeaseIdMissing", .final, .later),
      (400, "Md5Mismatch", .digest, .later), (400, "Crc64Mismatch", .digest, .later),
      (400, "InvalidBlockList", .conflict, .later), (404, "BlobNotFound", .absent, .absent),
      (404, "", .absent, .absent), (404, "ContainerNotFound", .final, .absent),
      (403, "AuthenticationFailed", .final, .refused), (403, "", .final, .refused),
      (403, "AuthorizationPermissionMismatch", .final, .refused),
      (409, "BlobArchived", .final, .refused), (409, "SnapshotsPresent", .final, .refused),
      (409, "BlockCountExceedsLimit", .final, .data), (413, "", .final, .data),
      (400, "InvalidHeaderValue", .final, .unavailable), (501, "", .final, .unavailable),
    ] as [(Int, String, Fault.Class, Failure.Kind)])
  func table(_ status: Int, _ code: String, _ class: Fault.Class, _ kind: Failure.Kind) {
    let rule = Fault.rule(status, code, .get, isSkewed: false)
    #expect(rule.class == `class` && rule.kind == kind)
  }

  @Test("a container that is missing is never an empty one")
  func missing() {
    #expect(Fault.rule(404, "", .list, isSkewed: false) == .init(.final, .absent))
    #expect(Fault.rule(404, "BlobNotFound", .put, isSkewed: false) == .init(.final, .absent))
    #expect(Fault.rule(404, "ContainerNotFound", .delete, isSkewed: false).class == .final)
  }

  @Test("a refusal by a server whose clock differs is one of clocks")
  func clocks() {
    #expect(Fault.rule(403, "AuthenticationFailed", .get, isSkewed: true).class == .clock)
    #expect(Fault.rule(403, "AuthorizationFailure", .get, isSkewed: true).class == .final)
  }
}
