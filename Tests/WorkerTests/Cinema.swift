import Core
import Foundation
import Glibc
import Support
import System
import Testing
import Values

/// A drive that is a plain folder, libraries made of it, and a media server that is told.
final class Cinema {
  let post = Post(.file)
  let server = Server(python: "media.py")
  var sandbox: Sandbox { post.sandbox }
  var drive: String { "\(sandbox.folder)/drive" }
  var library: String { "\(sandbox.folder)/library" }

  init() throws {
    _ = try server.ask(["mode": "well"])
    post.configure(
      """
      [remote.drive]
      type = "path"
      path = "\(drive)"

      [[notify]]
      name = "den"
      type = "jellyfin"
      url = "\(server.endpoint)"
      api_key = "s3cr3t"
      map = ["\(library)=/media"]

      """)
    fill()
  }

  /// One job, `movies`.
  convenience init(_ strategy: String) throws {
    try self.init(jobs: [("movies", "/movies", "library", "strategy = \"\(strategy)\"")])
  }

  convenience init(jobs: [(id: String, root: String, output: String, more: String)]) throws {
    try self.init()
    configure(jobs)
  }

  /// Adds jobs, each with keys of its own.
  private func configure(_ jobs: [(id: String, root: String, output: String, more: String)]) {
    let old = House.text(Path(text: post.file("s4l.toml")))
    let sections = jobs.map { job in
      """
      [[strm_jobs]]
      id = "\(job.id)"
      source = "drive:/"
      scan_root = "\(job.root)"
      output_path = "\(sandbox.folder)/\(job.output)"
      base_url = "http://player"
      metadata_mode = "copy"
      metadata_options = "update"
      \(job.more)

      """
    }
    post.configure(old + sections.joined(separator: "\n"))
  }

  /// Twelve films with subtitles, and a series.
  private func fill() {
    let script = #"""
      mkdir -p library
      for n in 01 02 03 04 05 06 07 08 09 10 11 12; do
        mkdir -p "drive/movies/Film $n"
        printf 'film %s' $n >"drive/movies/Film $n/Film $n.mkv"
        printf 'words of %s' $n >"drive/movies/Film $n/Film $n.srt"
        echo scraps >"drive/movies/Film $n/readme.txt"
      done
      mkdir -p drive/series/S1 && for n in 1 2 3; do echo $n >drive/series/S1/E0$n.mkv; done
      find drive -type f -exec touch -d 2024-05-06T07:08:09Z {} +
      """#
    #expect(sandbox.shell(script).status == 0)
  }

  func shell(_ script: String) {
    let outcome = sandbox.shell(script)
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// Runs a job; its summary.
  @discardableResult
  func run(_ words: String..., status: Int32 = 0) -> [String: Any] {
    let outcome = sandbox.run(["s4l-run"] + words)
    #expect(outcome.status == status, "\(words): \(outcome)")
    return Site.records(outcome.text).last ?? [:]
  }

  /// Puts events into the inbox of a job.
  func tell(_ events: [(event: String, path: String, to: String?)], job: String = "movies") {
    let lines = events.map { event in
      let to = event.to.map { ",\"to\":\"\($0)\"" } ?? ""
      return
        #"{"type":"event","root":"\#(drive)/movies","path":"\#(event.path)","#
        + #""event":"\#(event.event)"\#(to)}"#
        + "\n"
    }
    let folder = "\"$XDG_STATE_HOME/s4l/inbox\""
    let outcome = sandbox.shell(
      "umask 077; mkdir -p \(folder) && cat >>\(folder)/\(job).events",
      stdin: Array(lines.joined().utf8))
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// How many lines wait in inboxes, taken or not.
  var waiting: Int {
    let outcome = sandbox.shell(
      "cd \"$XDG_STATE_HOME/s4l/inbox\" 2>/dev/null && "
        + "cat *.events *.incoming *.taken 2>/dev/null | wc -l"
    )
    return Int(outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  /// The files of a library and what they hold.
  func files(_ library: String = "library") -> [String: String] {
    let found = sandbox.shell("cd \(library) && find . -type f ! -path './.s4l/*' | sort").text
    var files: [String: String] = [:]
    for name in found.split(separator: "\n") {
      let path = sandbox.folder.appending("\(library)/\(name.dropFirst(2))")
      files[String(name.dropFirst(2))] = House.text(path).trimmingCharacters(in: .newlines)
    }
    return files
  }

  /// What the library has to hold for these films.
  static func films(_ numbers: [String]) -> [String: String] {
    var files: [String: String] = [:]
    for number in numbers {
      let stem = "Film \(number)/Film \(number)"
      files[stem + ".strm"] = "http://player/movies/Film%20\(number)/Film%20\(number).mkv"
      files[stem + ".srt"] = "words of \(number)"
    }
    return files
  }

  static let all = (1...12).map { ($0 < 10 ? "0" : "") + "\($0)" }

  /// What the media server was told since the last time: kind and path of each change.
  func told(atLeast count: Int = 0) throws -> [String] {
    let requests = try server.ask(["wait": count])["requests"] as? [[String: Any]] ?? []
    return try requests.flatMap { request in
      let body = Data((request["body"] as? String ?? "").utf8)
      let object = try JSONSerialization.jsonObject(with: body) as? [String: Any]
      let updates = object?["Updates"] as? [[String: String]] ?? []
      return updates.map { "\($0["UpdateType"] ?? "?") \($0["Path"] ?? "?")" }
    }.sorted()
  }
}
