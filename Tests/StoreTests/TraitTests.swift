import Foundation
import Support
import Testing
import Values

/// What new objects are to be like, as somebody else sees them.
@Suite("Traits of objects") struct TraitTests {
  static let tree = ["a b": "1", "d/\u{E9}": "22", "empty": ""]

  @Test(
    "reach the store, of a file that goes whole and of one that goes in parts",
    arguments: [1, 6 << 20])
  func traits(_ size: Int) throws {
    let ground = try Ground(.moto, prefix: "")
    let bucket = try #require(ground.bucket)
    ground.plant(Path(text: "src/a.html"), [UInt8](repeating: 1, count: size))
    ground.records(
      """
      s4l push --part-size 5M --encryption store --storage-class STANDARD_IA --tag 'a b=c d=e/f' \
        --tag e= --meta Note='a b' --cache-control 'max-age=60' --acl public-read \
        --content-type 'text/x; charset=utf-8' src "$L"
      """)
    let head = try bucket.call("head_object", ["Key": "a.html"])
    #expect(head["ServerSideEncryption"] as? String == "AES256")
    #expect(head["StorageClass"] as? String == "STANDARD_IA")
    #expect(head["CacheControl"] as? String == "max-age=60")
    #expect(head["ContentType"] as? String == "text/x; charset=utf-8")
    #expect(
      try bucket.metadata("a.html") == ["note": "a b", "mtime": "1714979289.123456789"])
    let tags = try bucket.call("get_object_tagging", ["Key": "a.html"])["TagSet"]
    #expect(
      tags as? [[String: String]] == [
        ["Key": "a b", "Value": "c d=e/f"], ["Key": "e", "Value": ""],
      ])
    let grants = try bucket.call("get_object_acl", ["Key": "a.html"])["Grants"] as? [[String: Any]]
    #expect(grants?.contains { $0["Permission"] as? String == "READ" } == true)
  }

  @Test("are signed for, as a gateway sees that checks signatures")
  func signed() throws {
    let ground = try Ground(.gateway, prefix: "")
    let bucket = try #require(ground.bucket)
    ground.plant(["a": "x"])
    ground.records(
      "s4l push --tag 'a b=c&d' --meta Note='a  b' --cache-control 'max-age=60' --acl public-read "
        + "--content-type 'x/y; z=\"q\"' src \"$L\"")
    let head = try bucket.call("head_object", ["Key": "a"])
    #expect(head["CacheControl"] as? String == "max-age=60")
    #expect(head["ContentType"] as? String == "x/y; z=\"q\"")
    #expect(try bucket.metadata("a")["note"] == "a  b")
    let tags = try bucket.call("get_object_tagging", ["Key": "a"])["TagSet"]
    #expect(tags as? [[String: String]] == [["Key": "a b", "Value": "c&d"]])
    #expect(ground.shell("curl -sf \"$AWS_ENDPOINT_URL_S3/\(bucket.name)/a\"").text == "x")
    // What a store does not know, it refuses, and one hears of it.
    let refused = ground.records(
      "s4l-scan src | s4l-put --storage-class NONE \"$L\"", status: 1
    ).outcomes
    #expect(refused.first?["reason"].contains("InvalidArgument") == true)
  }

  @Test("KMS keys are named, and customers' keys are needed again", arguments: [1, 6 << 20])
  func keys(_ size: Int) throws {
    let ground = try Ground(.moto, prefix: "")
    let bucket = try #require(ground.bucket)
    ground.plant(Path(text: "src/a"), [UInt8](repeating: 1, count: size))
    ground.records("s4l push --part-size 5M --encryption kms:some-key src \"$L\"")
    let head = try bucket.call("head_object", ["Key": "a"])
    #expect(head["ServerSideEncryption"] as? String == "aws:kms")
    #expect(head["SSEKMSKeyId"] as? String == "some-key")
    #expect(ground.shell("s4l push --encryption customer src \"$L\"").status != 0)
  }

  @Test("addresses are given that hold for anybody", arguments: Kind.buckets)
  func presign(_ kind: Kind) throws {
    let ground = try Ground(kind)
    let names = ["a b+c%41&\u{E9}.txt", "plain"]
    for name in names { try ground.put(name, "<\(name)>") }
    let entries = ground.records("s4l-ls --presign 10m \"$L\"").entries
    #expect(entries.map(\.path) == names)
    for entry in entries {
      let fetched = ground.shell("curl -sf '\(entry["url"])'")
      #expect(fetched.text == "<\(entry.path)>", "\(fetched)")
    }
    if kind == .moto { return }
    let forged = entries[0]["url"].replacing("X-Amz-Expires=600", with: "X-Amz-Expires=601")
    #expect(forged != entries[0]["url"])
    #expect(ground.shell("curl -sf '\(forged)'").status == 22)
  }

  @Test("files go from a bucket to a plugin's place, and back", arguments: Kind.buckets)
  func between(_ kind: Kind) throws {
    let ground = try Ground(kind)
    let shelf = try Ground(.plugin)
    ground.plant(Self.tree)
    ground.records("s4l push src \"$L\"")
    let path = "PATH=\(shelf.sandbox.home)/bin:$PATH"
    let there = ground.records(
      "\(path) s4l-ls --metadata \"$L\" | \(path) s4l-diff \(shelf.location) "
        + "| \(path) s4l-put \(shelf.location)"
    ).outcomes
    #expect(there.count == 3 && there.allSatisfy(\.isOK))
    #expect(try shelf.contents() == Self.tree)
    let bucket = try #require(ground.bucket)
    let back = bucket.location("back")
    ground.records(
      "\(path) s4l-ls \(shelf.location) | \(path) s4l-diff \(back) | \(path) s4l-put \(back)")
    #expect(try bucket.keys().filter { $0.hasPrefix("back/") }.count == 3)
    #expect(try bucket.get("back/d/\u{E9}") == Array("22".utf8))
    #expect(try bucket.metadata("back/a b") == ["mtime": "1714979289.123456789"])
  }

  @Test("remotes of the configuration are places like others, each with its own keys")
  func remotes() throws {
    let ground = try Ground(.gateway, prefix: "p")
    let other = try Ground(.moto, prefix: "q")
    let bucket = try #require(ground.bucket)
    ground.plant(Self.tree)
    let configuration = """
      [remote.one]
      type = "s3"
      endpoint = "\(Gateway.shared.endpoint)"
      bucket = "\(bucket.name)"
      access_key = "test"
      secret_key = "testtest"
      [remote.two]
      type = "s3"
      endpoint = "\(Moto.shared.endpoint)"
      access_key = "another"
      secret_key = "key"
      [remote.disk]
      type = "path"
      path = "\(ground.full("disk"))"
      """
    ground.plant(Path(text: "s4l.toml"), Array(configuration.utf8))
    let two = "two:\(try #require(other.bucket).name)/q"
    ground.records(
      """
      chmod 600 s4l.toml
      export S4L_CONFIG="$PWD/s4l.toml"
      unset AWS_ENDPOINT_URL_S3 AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
      mkdir -p disk/x
      s4l push src one:p && s4l push one:p \(two) && s4l push one:p one:r && s4l pull \(two) disk:x
      """)
    #expect(try ground.contents() == Self.tree)
    #expect(try other.contents() == Self.tree)
    #expect(ground.files(in: "disk/x") == Self.tree)
    // Inside of one service, the service copies.
    let requests = try Gateway.shared.requests(bucket)
    #expect(requests.filter { $0.method == "PUT" && $0.path.contains("/r/") }.count == 3)
    #expect(requests.filter { $0.method == "GET" && $0.path.contains("/p/") }.count == 3)
  }

  @Test("a customer's key goes with what is put and what is got")
  func customer() throws {
    let ground = try Ground(.moto)
    ground.plant(Path(text: "key"), [UInt8](repeating: 7, count: 32))
    ground.plant(Self.tree)
    // moto does not care, so it is looked at what is sent.
    let proxy = FaultProxy(to: Moto.shared.endpoint)
    try proxy.set()
    ground.records(
      "s4l push --encryption customer --encryption-key key src \"$L\"", proxy.variables)
    ground.records(
      "s4l-ls \"$L\" | s4l-get --encryption-key key back", proxy.variables)
    #expect(ground.files(in: "back") == Self.tree)
    let name = "x-amz-server-side-encryption-customer-key-md5"
    let sent = try proxy.log().filter { $0.headers?[name] == "y4HAEFCYWuvAXWFTtA1Qpg==" }
    #expect(sent.compactMap(\.method).sorted() == ["GET", "GET", "GET", "PUT", "PUT", "PUT"])
  }
}
