import Support
import Testing
import Values

@Suite("The way to a bucket")
struct WayTests {
  let desk = Desk()

  /// A bucket with one object, and what says where it is.
  private func bucket() throws -> Bucket {
    let bucket = try desk.gateway.bucket()
    try bucket.put("1", [1])
    return bucket
  }

  @Test("profiles, their keys and their programs are found in the home")
  func profiles() throws {
    let bucket = try bucket()
    desk.write(
      """
      [default]
      region = eu-west-3
      endpoint_url = \(desk.gateway.endpoint)
      [profile asked]
      endpoint_url = \(desk.gateway.endpoint)
      credential_process = "\(desk.sandbox.home)/tell" 'a b'
      [profile wrong]
      endpoint_url = \(desk.gateway.endpoint)
      """, ".aws/config")
    desk.write(
      """
      [default]
      aws_access_key_id = test
      aws_secret_access_key = testtest
      [wrong]
      aws_access_key_id = test
      aws_secret_access_key = guessed
      """, ".aws/credentials")
    desk.write(
      """
      #!/bin/sh
      echo "$1" >>"$HOME/asked"
      echo '{"Version":1,"AccessKeyId":"test","SecretAccessKey":"testtest"}'
      """, "tell")
    _ = desk.sandbox.shell(
      "chmod +x \"$HOME/tell\"; touch \"$HOME/asked\"; chmod 666 \"$HOME/asked\"", asRoot: true)
    #expect(desk.list(bucket.location(), "", Desk.quiet).description == "0 stdout: 1\n stderr: ")
    for (options, more) in [("--profile asked", []), ("", ["AWS_PROFILE=asked"])] {
      let listed = desk.list(bucket.location(), options, Desk.quiet + more)
      #expect(listed.description == "0 stdout: 1\n stderr: ")
    }
    #expect(House.text(desk.sandbox.home.appending("asked")) == "a b\na b\n")
    let wrong = desk.list(bucket.location(), "--profile wrong", Desk.keys)
    #expect(wrong.status == 77 && !"\(wrong)".contains("guessed"), "\(wrong)")
    let none = desk.list(bucket.location(), "--profile asket", Desk.keys)
    #expect(none.status == 78 && none.complaint.contains("the nearest is asked"), "\(none)")
  }

  @Test("without keys anywhere, it is said that there are none")
  func noKeys() throws {
    let bucket = try bucket()
    let listed = desk.list(bucket.location(), "--endpoint \(desk.gateway.endpoint)", Desk.quiet)
    #expect(listed.status == 77 && listed.text == "", "\(listed)")
    #expect(listed.complaint.contains("AWS_ACCESS_KEY_ID"), "\(listed)")
  }

  @Test("a public bucket needs none")
  func anonymous() throws {
    let bucket = try bucket()
    _ = try bucket.call("put_bucket_acl", ["ACL": "public-read"])
    let options = "--anonymous --endpoint \(desk.gateway.endpoint)"
    let listed = desk.list(bucket.location(), options, Desk.quiet)
    #expect(listed.description == "0 stdout: 1\n stderr: ")
    let diff = desk.run(
      "mkdir p && s4l-scan p | s4l-diff --delete \(options) \(bucket.location()) | grep -c orphan")
    #expect(diff.text == "1\n", "\(diff)")
    let put = desk.run("echo '{\"path\":\"list\"}' | s4l-put \(options) \(bucket.location())")
    #expect(put.status == 1 && put.text.contains("\"kind\":\"refused\""), "\(put)")
    let addressed = desk.list(bucket.location(), options + " --presign 1h", Desk.quiet)
    #expect(addressed.status == 77, "\(addressed)")
  }

  @Test("an address that was signed beforehand can be fetched by anybody, for a while")
  func presigned() throws {
    let bucket = try desk.gateway.bucket()
    try bucket.put("a b/ü+1", Array("hello".utf8))
    let fetched = desk.run(
      "s4l-ls --presign 1m \(bucket.location()) | "
        + "sed -n 's/.*\"url\":\"\\([^\"]*\\)\".*/\\1/p' >url; "
        + "curl -s \"$(cat url)\"", desk.gateway.variables)
    #expect(fetched.text == "hello", "\(fetched)")
    let week = desk.list(bucket.location(), "--presign 169h", desk.gateway.variables)
    #expect(week.status == 64, "\(week)")
  }

  @Test("a bucket can be a part of the host's name")
  func virtual() throws {
    let bucket = try bucket()
    let port = desk.gateway.endpoint.split(separator: ":").last ?? ""
    desk.configure(
      """
      [remote.box]
      type = "s3"
      endpoint = "http://s3.localhost:\(port)"
      addressing = "virtual"
      bucket = "\(bucket.name)"
      """)
    let outcome = desk.run(
      "mkdir 'p q' && echo x >'p q/ü+ %41' && s4l-push 'p q' 'box:a b' && s4l-pull box: all "
        + "&& cmp 'p q/ü+ %41' 'all/a b/ü+ %41'", Desk.keys)
    #expect(outcome.status == 0 && outcome.complaint == "", "\(outcome)")
    #expect(try bucket.keys() == ["1", "a b/ü+ %41"])
    // The gateway was asked for objects of the host itself, whose paths do not name the bucket.
    #expect(try desk.gateway.requests(bucket) == [])
  }

  @Test("options come before the environment")
  func options() throws {
    let bucket = try bucket()
    let proxy = FaultProxy(to: desk.gateway.endpoint)
    try proxy.set()
    let listed = desk.list(
      bucket.location(),
      "--endpoint \(proxy.endpoint) --region eu-west-3 --provider seaweedfs",
      Desk.keys + ["AWS_ENDPOINT_URL_S3=http://127.0.0.1:1", "AWS_REGION=eu-west-1"])
    #expect(listed.description == "0 stdout: 1\n stderr: ")
    let asked = try #require(try proxy.log().first)
    #expect(asked.headers?["authorization"]?.contains("/eu-west-3/s3/aws4_request") == true)
    #expect(asked.query?.contains("list-type=2") == false)
    let pushed = desk.run(
      "mkdir p && touch p/2 && s4l-push --endpoint \(proxy.endpoint) --tag a=b p "
        + bucket.location(), Desk.keys)
    #expect(pushed.status == 0, "\(pushed)")
    let put = try proxy.log().last { $0.method == "PUT" }
    #expect(put?.headers?["x-amz-tagging"] == "a=b")
  }

  @Test("a bucket of another region is asked there, and only once nowhere else")
  func region() throws {
    let bucket = try bucket()
    let proxy = FaultProxy(to: desk.gateway.endpoint)
    try proxy.set(["fault": "wrong-region", "region": "eu-west-3", "times": 1])
    let listed = desk.list(bucket.location(), "--endpoint \(proxy.endpoint)", Desk.keys)
    #expect(listed.description == "0 stdout: 1\n stderr: ")
    let regions = try proxy.log().map { $0.headers?["authorization"]?.split(separator: "/")[2] }
    #expect(regions == ["us-east-1", "eu-west-3"])
  }

  @Test("what a redirect names is not gone to")
  func elsewhere() throws {
    let bucket = try bucket()
    let thief = FaultProxy()
    try thief.set()
    let proxy = FaultProxy(to: desk.gateway.endpoint)
    try proxy.set(["fault": "redirect", "location": "\(thief.endpoint)/x", "status": 307])
    let listed = desk.list(bucket.location(), "--endpoint \(proxy.endpoint)", Desk.keys)
    #expect(listed.status != 0 && listed.text == "", "\(listed)")
    #expect(try thief.log() == [])
  }

  @Test("a proxy of the environment is used, unless the host is excepted")
  func proxied() throws {
    let proxy = FaultProxy()
    try proxy.set([
      "path": "^http://store\\.invalid/", "fault": "answer", "status": 200,
      "headers": ["Content-Type": "application/xml"],
      "body": "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>far</Key>"
        + "<Size>1</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
        + "</ListBucketResult>",
    ])
    let environment = Desk.keys + ["http_proxy=\(proxy.endpoint)"]
    let listed = desk.list("s3://bucket", "--endpoint http://store.invalid", environment)
    #expect(listed.description == "0 stdout: far\n stderr: ")
    let bucket = try bucket()
    let near = desk.list(
      bucket.location(), "--endpoint \(desk.gateway.endpoint)", environment + ["no_proxy=127.0.0.1"]
    )
    #expect(near.description == "0 stdout: 1\n stderr: ")
  }

  @Test("certificates are those of the option, else of the variable")
  func certificates() throws {
    let bucket = try bucket()
    let front = try Front(desk)
    let options = "--endpoint \(front.proxy.endpoint)"
    let listed = desk.list(
      bucket.location(), options + " --ca-file '\(front.certificate)'",
      Desk.keys + ["AWS_CA_BUNDLE=/nowhere"])
    #expect(listed.description == "0 stdout: 1\n stderr: ")
    let bundled = desk.list(
      bucket.location(), options, Desk.keys + ["AWS_CA_BUNDLE=\(front.certificate)"])
    #expect(bundled.description == "0 stdout: 1\n stderr: ")
    #expect(desk.list(bucket.location(), options, Desk.keys).status == 77)
  }
}
