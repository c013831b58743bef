import Core
import Glibc
import Support
import System
import Testing
import Values

@Suite("A file_sync task, done with a real bucket") struct DeliveryTests {
  @Test("what is missing or of another size is sent, what has the same size is left alone")
  func sizes() throws {
    let yard = try Yard()
    let made = yard.run("mkdir -p f/a && echo one >f/a/1 && echo two >f/2 && echo three >f/3")
    #expect(made.status == 0)
    try yard.bucket.put("p/2", Array("tWo\n".utf8))
    try yard.bucket.put("p/3", Array("3\n".utf8))
    let first = yard.sync("f", "p")
    #expect(first.status == 0 && first.complaint == "", "\(first)")
    #expect(first.uploaded == 2 && first.member("total_files") == 3)
    #expect(first.member("prefix") == "p")
    #expect(first.member("folder_path") == "\(yard.sandbox.folder.appending("f"))")
    let there = [
      "p/2": Array("tWo\n".utf8), "p/3": Array("three\n".utf8), "p/a/1": Array("one\n".utf8),
    ]
    #expect(try yard.bucket.contents() == there)
    // A later time alone is no reason.
    #expect(yard.run("touch f/a/1").status == 0)
    #expect(yard.sync("f", "p").uploaded == 0)
    let all = yard.sync("f", "p", ",\"overwrite\":true")
    #expect(all.status == 0 && all.uploaded == 3, "\(all)")
    #expect(try yard.bucket.get("p/2") == Array("two\n".utf8))
  }

  @Test("sources go once they are confirmed, and so do folders that become empty")
  func deletes() throws {
    let yard = try Yard("[daemon]\ndelete_after_sync = true\n")
    #expect(yard.run("mkdir -p f/a/b && echo one >f/a/b/1 && echo two >f/2").status == 0)
    let kept = yard.sync("f", "p", ",\"delete_after_sync\":false")
    #expect(kept.uploaded == 2 && yard.files("f").count == 2, "\(kept)")
    let gone = yard.sync("f", "p")
    #expect(gone.status == 0 && gone.uploaded == 0 && gone.complaint == "", "\(gone)")
    #expect(gone.member("deleted_files") == 2)
    #expect(yard.run("find f").text == "f\n")
    #expect(try yard.bucket.keys() == ["p/2", "p/a/b/1"])
    let again = yard.sync("f", "p")
    #expect(again.status == 0 && again.member("total_files") == 0, "\(again)")
    try yard.bucket.put("p/2", Array("tWo\n".utf8))
    #expect(yard.run("echo two >f/2").status == 0)
    let over = yard.sync("f", "p", ",\"overwrite\":true")
    #expect(over.status == 0 && over.uploaded == 1 && yard.files("f").isEmpty, "\(over)")
    #expect(try yard.bucket.get("p/2") == Array("two\n".utf8))
  }

  @Test("a file that is there in the same size with other bytes is neither replaced nor deleted")
  func differs() throws {
    let yard = try Yard()
    #expect(yard.run("mkdir f && echo one >f/1 && echo two >f/2").status == 0)
    try yard.bucket.put("p/1", Array("one\n".utf8))
    try yard.bucket.put("p/2", Array("tWo\n".utf8))
    let done = yard.sync("f", "p", ",\"delete_after_sync\":true")
    #expect(done.status == 1 && done.uploaded == 0, "\(done)")
    #expect(done.member("failed_files") == ["2"])
    #expect(yard.files("f") == ["2": Array("two\n".utf8)])
    #expect(try yard.bucket.get("p/2") == Array("tWo\n".utf8))
    let run: String = try #require(done.member("run"))
    let kept = yard.run("cat \"$XDG_STATE_HOME/s4l/runs/\(run).ndjson\"")
    #expect(kept.text.contains("the target has other bytes"), "\(kept)")
  }

  @Test("of a part of a folder the rest is neither sent nor looked at")
  func part() throws {
    let yard = try Yard()
    let made = yard.run("mkdir -p f/a && for i in 1 2 3 4; do echo $i >f/a/$i; done")
    #expect(made.status == 0)
    try yard.bucket.put("p/a/2", Array("2\n".utf8))
    let part = ",\"files\":[\"a/1\",\"a/2\",\"a/gone\"],\"delete_after_sync\":true"
    let done = yard.sync("f", "p", part)
    #expect(done.status == 0 && done.uploaded == 1, "\(done)")
    #expect(yard.files("f").keys.sorted() == ["a/3", "a/4"])
    #expect(try yard.bucket.keys() == ["p/a/1", "p/a/2"])
    let lists = try Gateway.shared.requests(yard.bucket).filter { $0.query.contains("list-type") }
    #expect(lists.isEmpty)
    #expect(yard.sync("f", "p", part).status == 0)
  }

  @Test("single files go to their keys; one that is missing fails unless it may have gone before")
  func pairs() throws {
    let yard = try Yard()
    #expect(yard.run("mkdir -p f g && echo one >f/1 && echo two >g/2").status == 0)
    let folder = "\(yard.sandbox.folder)"
    let pairs =
      "{\"pairs\":[{\"from\":\"\(folder)/f/1\",\"to\":\"k/one\"},"
      + "{\"from\":\"\(folder)/g/2\",\"to\":\"two\"}]"
    func sync(_ more: String) -> Sandbox.Outcome {
      yard.run("printf '%s' '\(pairs)\(more)}' | s4l-run --task --type file_sync")
    }
    let first = sync(",\"delete_after_sync\":true")
    #expect(first.status == 0 && first.uploaded == 2, "\(first)")
    #expect(
      try yard.bucket.contents() == [
        "k/one": Array("one\n".utf8), "two": Array("two\n".utf8),
      ])
    #expect(yard.run("find f g").text == "f\ng\n")
    #expect(sync(",\"delete_after_sync\":true").status == 0)
    let missing = sync("")
    #expect(missing.status == 66 && missing.complaint.contains("f/1: No such file"), "\(missing)")
  }

  @Test("made again after it was killed between sending and deleting, it deletes what is confirmed")
  func rerun() throws {
    let yard = try Yard()
    let made = yard.run("mkdir -p f/a && for i in 1 2 3; do echo $i >f/a/$i; done")
    #expect(made.status == 0)
    // What such a run leaves behind: all is sent, one file even taken away to be looked at.
    let killed = yard.run(
      "s4l-push --compare size f s3:p >/dev/null && mkdir -p f/.s4l/uploaded/x/a && "
        + "mv f/a/1 f/.s4l/uploaded/x/a/1 && echo X >f/a/3")
    #expect(killed.status == 0, "\(killed)")
    let done = yard.sync("f", "p", ",\"delete_after_sync\":true")
    #expect(done.status == 1 && done.member("failed_files") == ["a/3"], "\(done)")
    let again = yard.sync("f", "p", ",\"delete_after_sync\":true")
    #expect(again.member("failed_files") == ["a/3"], "\(again)")
    #expect(yard.files("f") == ["a/3": Array("X\n".utf8)])
    #expect(try yard.bucket.get("p/a/1") == Array("1\n".utf8))
  }

  @Test("killed at any moment, it loses nothing, and the next run completes it")
  func killed() throws {
    let yard = try Yard()
    let made = yard.run(
      "mkdir -p f/a && for i in $(seq 40); do head -c 20000 /dev/urandom >f/a/$i; done")
    #expect(made.status == 0)
    let all = yard.files("f")
    let payload =
      "{\"folder_path\":\"\(yard.sandbox.folder.appending("f"))\",\"prefix\":\"p\","
      + "\"delete_after_sync\":true}"
    let pid = try yard.sandbox.start(
      ["sh", "-c", "printf '%s' '\(payload)' | s4l-run --task --type file_sync"],
      environment: ["AWS_EC2_METADATA_DISABLED=true"])
    while try yard.bucket.keys().isEmpty {}
    pid.killGroup()
    _ = try pid.wait()
    var there = try yard.bucket.contents()
    let left = Set(yard.files("f").keys.map { $0.split(separator: "/").last.map(String.init) })
    for (name, bytes) in all {
      let isSafe =
        there["p/" + name] == bytes
        || left.contains(name.split(separator: "/").last.map(String.init))
      #expect(isSafe, "\(name)")
    }
    let again = yard.sync("f", "p", ",\"delete_after_sync\":true", "--wait 60s")
    #expect(again.status == 0, "\(again)")
    let rest = yard.sync("f", "p", ",\"delete_after_sync\":true")
    #expect(rest.status == 0, "\(rest)")
    there = try yard.bucket.contents()
    #expect(there == Dictionary(uniqueKeysWithValues: all.map { ("p/" + $0, $1) }))
    #expect(yard.run("find f").text == "f\n")
  }

  @Test("while one whole folder is sent, it is not sent a second time; its parts are")
  func together() throws {
    let yard = try Yard()
    #expect(yard.run("mkdir f && echo 1 >f/1").status == 0)
    let proxy = FaultProxy(to: Gateway.shared.endpoint)
    try proxy.set(["method": "PUT", "fault": "silent"])
    let payload = "{\"folder_path\":\"\(yard.sandbox.folder.appending("f"))\",\"prefix\":\"p\"}"
    let first = try yard.sandbox.start(
      ["sh", "-c", "printf '%s' '\(payload)' | s4l-run --task --type file_sync"],
      environment: [
        "AWS_EC2_METADATA_DISABLED=true", "SYNC4LOONG_S3_ENDPOINT=\(proxy.endpoint)",
      ])
    while try proxy.log().allSatisfy({ $0.fault == nil }) {}
    let second = yard.sync("f", "p")
    #expect(second.status == 75 && second.complaint.contains("is at it"), "\(second)")
    let part = yard.sync("f", "p", ",\"files\":[\"1\"]")
    #expect(part.status == 0 && part.uploaded == 1, "\(part)")
    first.killGroup()
    _ = try first.wait()
    #expect(yard.sync("f", "p").status == 0)
  }

  @Test("a section [s3] without a bucket is a mistake of the configuration")
  func noBucket() throws {
    let yard = try Yard()
    #expect(yard.run("mkdir f && rm \"$XDG_CONFIG_HOME/s4l/s4l.toml\"").status == 0)
    #expect(yard.sync("f", "p").status == 78)
    let other = yard.run("echo '{}' | s4l-run --task --type mail")
    #expect(other.status == 64, "\(other)")
    let roots = try Yard("[hook]\nroots = [\"/nowhere\"]\n")
    #expect(roots.run("mkdir f").status == 0)
    #expect(roots.sync("f", "p").status == 77)
  }
}
