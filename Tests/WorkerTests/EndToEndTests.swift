import Core
import Foundation
import Support
import Testing
import Values

/// The whole of Sync4Loong: published folders become a bucket, and a command follows.
@Suite("From folders to a bucket") struct EndToEndTests {
  private static let folders = ["with space", "naïve-日本", "two\nlines"]
  private static let prefixes = ["store", "a b/ü", "deep/er"]

  /// Fills a folder with names of all kinds, some levels deep.
  private static let filling = #"""
    for folder in 'with space' 'naïve-日本' 'two
    lines'; do
      mkdir -p "$folder/sub folder/ünder" "$folder/x/y/z"
      for name in 'a b.txt' 'é&<>"?#%.bin' 'line
    feed' plain 'sub folder/ünder/%41+' x/y/z/leaf -dash; do
        printf '%s of %s' "$name" "$folder" >"$folder/$name"
      done
      : >"$folder/nothing"
      head -c 300000 /dev/urandom >"$folder/x/large"
    done
    """#

  /// The seed's own configuration, with a command that is run on another machine.
  private func configuration(_ post: Post, _ bucket: Bucket, _ ssh: SSHServer) -> String {
    let seen = post.sandbox.folder.appending("ran")
    let words = ssh.words("echo ran >>\(seen)").map { "'\($0)'" }
    return Post.redis(post.server) + Post.s3(bucket) + """
      [daemon]
      concurrency = 2
      log_level = "info"
      delete_after_sync = true
      enable_ssh_task = true
      ssh_command = "\(words.joined(separator: " "))"
      ssh_debounce_minutes = 1
      ssh_timeout_minutes = 1
      [publish]
      max_retry = 3
      timeout_minutes = 5

      """
  }

  /// What the bucket has to hold: every file of the folders below the prefix of its folder.
  private func expected(_ post: Post) throws -> [String: [UInt8]] {
    var objects: [String: [UInt8]] = [:]
    for (folder, prefix) in zip(Self.folders, Self.prefixes) {
      let top = "\(post.sandbox.folder)/\(folder)"
      for name in try FileManager.default.subpathsOfDirectory(atPath: top) {
        let path = Path(text: "\(top)/\(name)")
        if !House.isFolder(path) { objects["\(prefix)/\(name)"] = House.read(path) }
      }
    }
    return objects
  }

  @Test(
    "two workers send what was published; sources and emptied folders go; the command runs once",
    arguments: Kind.allCases)
  func whole(_ kind: Kind) throws {
    let post = Post(kind)
    let bucket = try Gateway.shared.bucket()
    let ssh = SSHServer()
    post.configure(configuration(post, bucket, ssh))
    #expect(post.sandbox.shell(Self.filling).status == 0)
    let expected = try expected(post)
    #expect(expected.count == 27)
    for _ in 1...2 { try post.work() }
    #expect(until { post.widths() == [2, 2] })
    for (folder, prefix) in zip(Self.folders, Self.prefixes) {
      let tasks = post.run("s4l-publish", folder, prefix)
      #expect(tasks.first?["task_type"] as? String == "file_sync" && tasks.count == 1)
    }
    #expect(until { post.isIdle("default") }, "\(post.said(0)) \(post.said(1))")
    #expect(try bucket.contents() == expected)
    let left = post.sandbox.shell("find . -mindepth 1 ! -name 'errors-*' -print0").output
    let names = Set(left.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    #expect(names == Set(Self.folders.map { "./\($0)" }))
    try command(post, bucket, ssh)
  }

  /// The command waits for a minute of quiet; when that is over, it runs, and never again.
  private func command(_ post: Post, _ bucket: Bucket, _ ssh: SSHServer) throws {
    let tasks = post.run("s4l-queue", "ls", "--queue", "after_sync")
    #expect(tasks.count == 1, "\(tasks)")
    let task = try #require(tasks.first)
    #expect(task["state"] as? String == "scheduled" && task["task_type"] as? String == "after_sync")
    let due = try Self.date(try #require(task["due"] as? String))
    // Between a minute after the last upload and a minute after now, seconds rounded either way.
    #expect(due.timeIntervalSince(try lastUpload(bucket)) >= 59)
    #expect(due.timeIntervalSinceNow <= 61)
    #expect(post.lines("ran").isEmpty)
    let id = try #require(task["id"] as? String)
    post.run("s4l-queue", "retry", "--queue", "after_sync", id)
    #expect(until { post.isIdle("after_sync") }, "\(post.said(0)) \(post.said(1)) \(ssh.log)")
    #expect(post.lines("ran") == ["ran"], "\(post.said(0)) \(post.said(1)) \(ssh.log)")
    // Folders that hold nothing any more are done, and ask for nothing.
    post.run("s4l-publish", "--id", "again", Self.folders[0], Self.prefixes[0], status: 66)
    #expect(post.run("s4l-queue", "ls", "--queue", "after_sync").isEmpty)
  }

  private func lastUpload(_ bucket: Bucket) throws -> Date {
    let page = try bucket.call("list_objects_v2")["Contents"] as? [[String: Any]] ?? []
    let times = try page.compactMap { $0["LastModified"] as? String }.map(Self.date)
    return try #require(times.max())
  }

  /// A moment as our records and Python have it, to the second.
  private static func date(_ text: String) throws -> Date {
    let plain = text.prefix(19).replacingOccurrences(of: " ", with: "T") + "Z"
    return try Date.ISO8601FormatStyle().parse(plain)
  }
}
