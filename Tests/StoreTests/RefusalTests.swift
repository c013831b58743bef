import Foundation
import Support
import Testing
import Values

/// Stores that are not there, or not for us.
@Suite("Stores that refuse") struct RefusalTests {
  @Test(
    "a bucket that is missing is an error, a prefix that is missing is empty",
    arguments: Kind.buckets)
  func missing(_ kind: Kind) throws {
    let ground = try Ground(kind, prefix: "none")
    let empty = ground.records("s4l-ls \"$L\"")
    #expect(empty.map(\.type) == ["head", "tail"])
    #expect(empty.last?.members["complete"] as? Bool == true)
    let none = ground.shell("s4l-ls s3://\(Server.freshName())/none")
    #expect(none.status == 66 && none.output.isEmpty)
    #expect(none.complaint.contains("NoSuchBucket"))
    // So a mistyped bucket deletes nothing.
    ground.plant(["a": "1"], in: "back")
    let pulled = ground.shell("s4l pull --delete --allow-empty s3://\(Server.freshName()) back")
    #expect(pulled.status == 66 && ground.files(in: "back") == ["a": "1"])
    ground.plant(["a": "1"])
    #expect(ground.shell("s4l push src s3://\(Server.freshName())").status == 66)
    let put = ground.records("s4l-scan src | s4l-put s3://\(Server.freshName())", status: 1)
    #expect(put.outcomes.map { $0["kind"] } == ["absent"])
    #expect(put.outcomes[0]["reason"].contains("NoSuchBucket"))
  }

  @Test("wrong keys are refused, with the word of the server")
  func keys() throws {
    let ground = try Ground(.gateway)
    ground.plant(["a": "1", "b": "2"])
    for (name, code) in [
      ("AWS_SECRET_ACCESS_KEY", "SignatureDoesNotMatch"),
      ("AWS_ACCESS_KEY_ID", "InvalidAccessKeyId"),
    ] {
      let wrong = ["\(name)=wrong"]
      let listed = ground.shell("s4l-ls \"$L\"", wrong)
      #expect(listed.status == 77 && listed.output.isEmpty)
      #expect(listed.complaint == "s4l-ls: \(ground.location): the store answered 403 \(code)\n")
      let put = ground.records("s4l-scan src | s4l-put \"$L\"", status: 1, wrong)
      #expect(put.outcomes.map { $0["kind"] } == ["refused", "refused"])
      #expect(put.outcomes.allSatisfy { $0["reason"].contains(code) })
      #expect(ground.shell("s4l push src \"$L\"", wrong).status == 77)
    }
    #expect(ground.shell("s4l-ls \"$L\"", ["AWS_SECRET_ACCESS_KEY="]).status == 78)
    #expect(try ground.contents().isEmpty)
  }

  @Test("nobody at the other end ends in time, to be tried later")
  func nobody() throws {
    let ground = try Ground(.gateway)
    ground.plant(["a": "1", "b": "2"])
    // A server that has ended.
    let closed = ["AWS_ENDPOINT_URL_S3=\(FaultProxy().endpoint)", "AWS_MAX_ATTEMPTS=2"]
    let listed = ground.shell("s4l-ls \"$L\"", closed)
    #expect([69, 75].contains(listed.status) && listed.output.isEmpty, "\(listed)")
    let put = ground.records("s4l-scan src | s4l-put \"$L\"", status: 1, closed)
    #expect(put.outcomes.map { $0["kind"] } == ["later", "later"])
    #expect(ground.shell("s4l push src \"$L\"", closed).status == listed.status)
    #expect(ground.shell("s4l pull --delete \"$L\" src", closed).status == listed.status)
    #expect(ground.files(in: "src").count == 2)
    let lost = ["AWS_ENDPOINT_URL_S3=http://nowhere.invalid", "AWS_MAX_ATTEMPTS=2"]
    #expect([69, 75].contains(ground.shell("s4l-ls \"$L\"", lost).status))
  }
}
