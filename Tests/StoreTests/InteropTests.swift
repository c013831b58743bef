import Foundation
import Support
import Testing
import Values

/// Other people's clients of the same bucket: what one has written is whole and up to date to all
/// the others.
@Suite("Other clients") struct InteropTests {
  static let tree = [
    "a.txt": "one\n", "b/c.jpg": "two two", "b/empty": "", "caf\u{E9} +%&.json": "{}",
    "no extension": "x",
  ]

  /// What rclone and the CLI of AWS need besides.
  static func variables() -> [String] {
    [
      "RCLONE_CONFIG=/dev/null", "RCLONE_CONFIG_X_TYPE=s3", "RCLONE_CONFIG_X_PROVIDER=Ceph",
      "RCLONE_CONFIG_X_ENDPOINT=\(Gateway.shared.endpoint)", "RCLONE_CONFIG_X_ENV_AUTH=true",
      "AWS_ENDPOINT_URL=\(Gateway.shared.endpoint)", "AWS_CONFIG_FILE=/dev/null",
      "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
      "AWS=\(Server.python.parent.trimmed.appending("aws"))",
    ]
  }

  @Test("find what we have pushed to be the same as the folder")
  func pushed() throws {
    let ground = try Ground(.gateway, prefix: "p")
    let bucket = try #require(ground.bucket)
    ground.plant(Self.tree)
    ground.plant(Path(text: "src/large"), [UInt8](repeating: 7, count: 6 << 20))
    ground.records("s4l push --part-size 5M src \"$L\"")

    let head = try bucket.call("head_object", ["Key": "p/b/c.jpg"])
    #expect(head["ContentType"] as? String == "image/jpeg")
    #expect(try bucket.metadata("p/b/c.jpg") == ["mtime": "1714979289.123456789"])
    #expect(try bucket.metadata("p/large") == ["mtime": "1714979289.123456789"])
    #expect(try bucket.get("p/caf\u{E9} +%&.json") == Array("{}".utf8))

    let more = Self.variables()
    let check = ground.shell("rclone check --download src X:\(bucket.name)/p", more)
    #expect(check.status == 0 && check.complaint.contains(" 0 differences found"), "\(check)")
    #expect(check.complaint.contains(" 6 matching files"))
    let listed = ground.shell("rclone lsjson -R --files-only X:\(bucket.name)/p", more)
    let files = try #require(
      try JSONSerialization.jsonObject(with: Data(listed.output)) as? [[String: Any]])
    #expect(files.count == 6)
    #expect(files.allSatisfy { $0["ModTime"] as? String == "2024-05-06T07:08:09.123456789Z" })
    // To both, there is nothing left to do.
    let copy = ground.shell("rclone copy -v --dry-run src X:\(bucket.name)/p", more)
    #expect(copy.status == 0 && !copy.complaint.contains("Skipped copy"), "\(copy)")
    let sync = ground.shell("\"$AWS\" s3 sync --dryrun src \"$L\"", more)
    #expect(sync.status == 0 && sync.text == "", "\(sync)")
    let back = ground.shell("\"$AWS\" s3 sync --dryrun \"$L\" src --size-only", more)
    #expect(back.status == 0 && back.text == "", "\(back)")
  }

  @Test("have what they wrote pulled, and nothing of it pushed back", arguments: ["rclone", "aws"])
  func pulled(_ client: String) throws {
    let ground = try Ground(.gateway, prefix: "p")
    ground.plant(Self.tree)
    ground.plant(Path(text: "src/large"), [UInt8](repeating: 7, count: 9 << 20))
    let scripts = [
      "rclone": "rclone copy --s3-upload-cutoff 5M --s3-chunk-size 5M src X:${L#s3://}",
      "aws": "\"$AWS\" s3 cp --only-show-errors --recursive src \"$L\"",
    ]
    let sent = ground.shell(scripts[client] ?? "", Self.variables())
    #expect(sent.status == 0, "\(sent)")
    #expect(ground.records("s4l push src \"$L\"").summary.number("uploaded_files") == 0)
    #expect(ground.records("s4l pull \"$L\" back").summary.number("uploaded_files") == 6)
    #expect(ground.bytes(in: "back") == ground.bytes(in: "src"))
    #expect(ground.records("s4l push back \"$L\"").summary.number("uploaded_files") == 0)
    #expect(ground.records("s4l pull \"$L\" back").summary.number("uploaded_files") == 0)
    if client == "aws" { return }
    let times = ground.records("s4l-ls --metadata \"$L\"").entries.map { $0["mtime"] }
    #expect(times == [String](repeating: "2024-05-06T07:08:09.123456789Z", count: 6))
  }

  @Test("have what boto3 wrote pulled, and nothing of it pushed back")
  func byBoto() throws {
    let ground = try Ground(.gateway, prefix: "p")
    for (name, text) in Self.tree { try ground.put(name, text) }
    ground.records("s4l pull \"$L\" back")
    #expect(ground.files(in: "back") == Self.tree)
    #expect(ground.records("s4l push back \"$L\"").summary.number("uploaded_files") == 0)
  }
}
