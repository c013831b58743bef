import Core
@testable import Objects
@testable import S3
import Testing

@Suite("What a reply that is no success means")
struct FaultTests {
  private func fault(
    _ status: Int, _ code: String = "", _ errand: Errand = .get, region: String? = nil,
    answered: String? = nil, used: String = "us-east-1"
  ) -> Fault {
    Fault(
      status: status, error: StoreError(code: code, message: "", region: region), for: errand,
      answered: answered, used: used)
  }

  @Test(
    "status and code give the class and the kind",
    arguments: [
      (500, "InternalError", .transient, .later), (500, "", .transient, .later),
      (502, "", .transient, .later), (503, "", .transient, .later), (504, "", .transient, .later),
      (503, "ServiceUnavailable", .transient, .later), (400, "RequestTimeout", .transient, .later),
      (408, "", .transient, .later), (599, "Odd", .transient, .later),
      (503, "SlowDown", .throttle, .later), (429, "", .throttle, .later),
      (400, "ThrottlingException", .throttle, .later), (509, "", .throttle, .later),
      (403, "RequestTimeTooSkewed", .clock, .unavailable),
      (400, "ExpiredToken", .token, .refused), (403, "InvalidToken", .token, .refused),
      (301, "PermanentRedirect", .region, .unavailable), (301, "", .region, .unavailable),
      (307, "TemporaryRedirect", .region, .unavailable), (307, "", .region, .unavailable),
      (400, "BadDigest", .digest, .later), (400, "XAmzContentSHA256Mismatch", .digest, .later),
      (409, "ConditionalRequestConflict", .conflict, .later), (409, "", .conflict, .later),
      (400, "InvalidPart", .conflict, .later),
      (412, "PreconditionFailed", .precondition, .later), (412, "", .precondition, .later),
      (304, "", .precondition, .later), (416, "InvalidRange", .precondition, .later),
      (404, "NoSuchKey", .absent, .absent), (404, "", .absent, .absent),
      (404, "NoSuchUpload", .absent, .absent), (404, "NoSuchBucket", .final, .absent),
      (403, "AccessDenied", .final, .refused), (403, "", .final, .refused),
      (401, "", .final, .refused), (403, "SignatureDoesNotMatch", .final, .refused),
      (400, "EntityTooLarge", .final, .data), (400, "KeyTooLongError", .final, .data),
      (413, "", .final, .data), (400, "", .final, .unavailable), (400, "Odd", .final, .unavailable),
      (405, "MethodNotAllowed", .final, .unavailable),
      (501, "NotImplemented", .final, .unavailable), (501, "", .final, .unavailable),
      (507, "", .final, .unavailable), (200, "InternalError", .transient, .later),
      (200, "SlowDown", .throttle, .later), (200, "AccessDenied", .final, .refused),
      (200, "Odd", .final, .unavailable), (0, "", .final, .unavailable),
    ] as [(Int, String, Fault.Class, Failure.Kind)])
  func table(_ status: Int, _ code: String, _ class: Fault.Class, _ kind: Failure.Kind) {
    let fault = fault(status, code)
    #expect(fault.class == `class`)
    #expect(fault.kind == kind)
  }

  @Test("a missing object is absent, a missing bucket is an error", arguments: Errand.allCases)
  func missing(_ errand: Errand) {
    let isAboutOne = ![.list, .put, .deleteMany, .begin, .listUploads, .bucket].contains(errand)
    #expect(fault(404, "", errand).class == (isAboutOne ? .absent : .final))
    #expect(fault(404, "NoSuchKey", errand).class == (isAboutOne ? .absent : .final))
    #expect(fault(404, "NoSuchBucket", errand).class == .final)
    #expect(fault(404, "NoSuchBucket", errand).kind == .absent)
  }

  @Test("a signature for the wrong region leads to the right one, if the reply names it")
  func regions() {
    let malformed = "AuthorizationHeaderMalformed"
    #expect(fault(400, malformed, region: "eu-west-3").region == "eu-west-3")
    #expect(fault(400, malformed, region: "eu-west-3").class == .region)
    #expect(fault(400, malformed).class == .final)
    #expect(fault(400, malformed, region: "us-east-1").class == .final)
    #expect(fault(400, "", .head, answered: "eu-west-3").class == .region)
    #expect(fault(301, "", .head, answered: "eu-west-3").region == "eu-west-3")
    #expect(fault(400, "", .head, answered: "us-east-1").class == .final)
    #expect(fault(403, "", .head, answered: "eu-west-3").class == .final)
  }

  @Test("the words name the status, the code and the message")
  func words() {
    let error = StoreError(code: "SlowDown", message: "Please reduce your request rate.")
    let fault = Fault(status: 503, error: error, for: .put)
    #expect(
      fault.failure("b/k")
        == Failure(
          .later, "b/k", "the store answered 503 SlowDown: Please reduce your request rate."))
    #expect(self.fault(403, "", .head).reason.hasSuffix("as it does also of what is missing"))
    #expect(self.fault(404).reason == "the store answered 404")
  }
}
