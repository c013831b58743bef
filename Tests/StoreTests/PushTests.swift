import Support
import Testing
import Values

@Suite("Push and pull with buckets")
struct PushTests {
  let desk = Desk()

  private func run(_ script: String) -> Sandbox.Outcome {
    desk.run(script, desk.gateway.variables)
  }

  @Test("a spool folder is emptied as its files are confirmed, folders and all")
  func moves() throws {
    let bucket = try desk.gateway.bucket()
    let moved = run(
      "mkdir -p s/a && echo x >s/a/1 && echo yy >s/2 && s4l-push --move s \(bucket.location("in")) "
        + "&& find s")
    #expect(moved.status == 0 && moved.text.hasSuffix("\ns\n"), "\(moved)")
    #expect(try bucket.contents() == ["in/2": Array("yy\n".utf8), "in/a/1": Array("x\n".utf8)])
  }

  @Test("what nobody signs tells no digest: it is read back before its source goes")
  func movesUnsigned() throws {
    let bucket = try desk.gateway.bucket()
    _ = try bucket.call("put_bucket_acl", ["ACL": "public-read-write"])
    let options = "--anonymous --endpoint \(desk.gateway.endpoint)"
    let push = "s4l-push --move \(options) s \(bucket.location("in")); ls s"
    // Whoever may write there may not read.
    let kept = desk.run("mkdir s && echo x >s/1 && \(push)", Desk.quiet)
    #expect(kept.text.contains("\"uploaded_files\":1"), "\(kept)")
    #expect(kept.text.hasSuffix("\n1\n"), "\(kept)")
    let all = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*",
      "Resource":["arn:aws:s3:::\(bucket.name)","arn:aws:s3:::\(bucket.name)/*"]}]}
      """
    _ = try bucket.call("put_bucket_policy", ["Policy": all])
    let moved = desk.run("echo y >s/1 && \(push)", Desk.quiet)
    #expect(moved.text.contains("\"uploaded_files\":1"), "\(moved)")
    #expect(!moved.text.hasSuffix("\n1\n"), "\(moved)")
  }

  @Test("what push and pull were told reaches the objects, and nothing is sent twice")
  func traits() throws {
    let bucket = try desk.gateway.bucket()
    let place = bucket.location("p")
    let first = run(
      "mkdir p && echo x >p/1 && touch -d 2020-01-01 p/1 && "
        + "s4l-push --content-type text/odd --meta who=me --cache-control no-cache p \(place)")
    #expect(first.status == 0 && first.complaint == "", "\(first)")
    let head = try bucket.call("head_object", ["Key": "p/1"])
    #expect(head["ContentType"] as? String == "text/odd")
    #expect(head["CacheControl"] as? String == "no-cache")
    #expect(try bucket.metadata("p/1")["who"] == "me")
    for compare in ["", "--compare size", "--compare checksum", "--update"] {
      let again = run("s4l-push \(compare) p \(place)")
      #expect(again.status == 0 && again.text.contains("\"uploaded_files\":0"), "\(again)")
    }
    #expect(try desk.gateway.requests(bucket).filter { $0.method == "PUT" }.count == 1)
    let changed = run("echo y >p/1 && touch -d 2020-01-01 p/1 && s4l-push p \(place)")
    #expect(changed.text.contains("\"uploaded_files\":0"), "\(changed)")
    let compared = run("s4l-push --compare checksum p \(place)")
    #expect(compared.status == 0 && compared.text.contains("\"uploaded_files\":1"), "\(compared)")
    let pulled = run("s4l-pull \(place) q && cmp p/1 q/1 && s4l-pull \(place) q")
    #expect(pulled.status == 0 && pulled.text.contains("\"uploaded_files\":0"), "\(pulled)")
  }

  @Test("push copies from one bucket to another as well")
  func between() throws {
    let (one, two) = (try desk.gateway.bucket(), try desk.gateway.bucket())
    try one.put("p/a/1", [1, 2])
    let pushed = run("s4l-push --delete \(one.location("p")) \(two.location("q"))")
    #expect(pushed.status == 0 && pushed.complaint == "", "\(pushed)")
    #expect(try two.contents() == ["q/a/1": [1, 2]])
    let again = run("s4l-push --delete \(one.location("p")) \(two.location("q"))")
    #expect(again.text.contains("\"uploaded_files\":0"), "\(again)")
  }

  @Test("a store that keeps to no conditions is looked at before anything is replaced")
  func looks() throws {
    let bucket = try desk.gateway.bucket()
    let planned = run(
      "mkdir p && echo x >p/1 && echo y >p/2 && s4l-scan p | s4l-diff \(bucket.location()) >plan")
    #expect(planned.status == 0, "\(planned)")
    try bucket.put("1", [9])
    let put = run("s4l-put --provider wasabi \(bucket.location()) <plan | grep -c later")
    #expect(put.text == "1\n", "\(put)")
    #expect(try bucket.contents() == ["1": [9], "2": Array("y\n".utf8)])
  }

  @Test("uploads that nobody went on with are given up where that is asked for")
  func sweeps() throws {
    let bucket = try desk.gateway.bucket()
    _ = try bucket.call("create_multipart_upload", ["Key": "p/old"])
    let pushed = run("mkdir p && s4l-push --sweep 1h p \(bucket.location("p"))")
    #expect(pushed.status == 0, "\(pushed)")
    #expect(try bucket.uploads() == ["p/old"])
    #expect(run("s4l-push --sweep 1ms p \(bucket.location("p"))").status == 0)
    #expect(try bucket.uploads() == [])
  }
}
