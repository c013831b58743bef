import Core
import Foundation
import Plugin
import Records
import Store
import System
import Testing
import Values

/// A folder with programs for stores, and the stores that they make.
final class Bench {
  let top: URL
  let loop: Loop

  init() throws {
    top = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "s4l-plugin-\(UUID())")
    for name in ["bin", "tmp", "shelf"] {
      try FileManager.default.createDirectory(
        at: top.appending(path: name), withIntermediateDirectories: true)
    }
    loop = try Loop()
  }

  deinit {
    try? FileManager.default.removeItem(at: top)
  }

  var shelf: Path { Path(text: top.path(percentEncoded: false)).appending("shelf") }

  /// What is left of files that passed through.
  var leftovers: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: top.appending(path: "tmp").path)) ?? []
  }

  /// The program that s4l-store(7) shows.
  static func example() throws -> String {
    let page = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../man/man7/s4l-store.7")
    let text = try String(contentsOf: page, encoding: .utf8)
    let start = try #require(text.range(of: ".Bd -literal\n#!"))
    let end = try #require(text.range(of: "\n.Ed\n", range: start.upperBound..<text.endIndex))
    return "#!"
      + text[start.upperBound..<end.lowerBound].replacingOccurrences(of: "\\-", with: "-") + "\n"
  }

  func install(_ scheme: String, _ program: String) throws {
    let source = top.appending(path: "\(scheme).source")
    try Data(program.utf8).write(to: source)
    // A file that this process writes cannot be run while another test starts a program, which
    // holds all our open files for a moment; so somebody else writes it.
    let copy = Foundation.Process()
    copy.executableURL = URL(filePath: "/usr/bin/install")
    copy.arguments = ["-m", "755", source.path, top.path + "/bin/s4l-store-\(scheme)"]
    try copy.run()
    copy.waitUntilExit()
    #expect(copy.terminationStatus == 0)
  }

  /// A program that says hello, and then runs the lines, once for each question.
  func install(_ scheme: String, hello: String = #""version": 1"#, answering lines: String) throws {
    try install(
      scheme,
      """
      #!/usr/bin/env python3
      import json, os, sys, time
      def say(asked, word, **more):
          print(json.dumps({"type": word, "id": asked["id"], **more}), flush=True)
      first = json.loads(sys.stdin.readline())
      say(first, "done", **{\(hello)})
      for line in sys.stdin:
          asked = json.loads(line)
      \(lines.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))

      """)
  }

  func open(_ scheme: String, _ rest: Path) throws(Failure) -> PluginStore {
    let bin = Path(text: top.appending(path: "bin").path)
    return try PluginStore(
      scheme: scheme, rest, loop, Tools(own: bin, path: ""),
      Environment(["TMPDIR": top.appending(path: "tmp").path]))
  }

  func example() throws -> PluginStore {
    try install("shelf", try Bench.example())
    return try open("shelf", shelf)
  }
}

extension PluginStore {
  /// Everything a listing tells, holes with a question mark.
  func listing(_ wish: ListWish = ListWish()) throws(Failure) -> [(path: Path, size: Int)] {
    var found: [(path: Path, size: Int)] = []
    try list(wish) { listed in
      switch listed {
      case .file(let file): found.append((Path(file.path), file.size))
      case .folder(let path): found.append((Path(path), 0))
      case .hole(let path, _): found.append((Path(Array(path) + [63]), -1))
      }
    }
    return found
  }

  /// Waits for an answer.
  func wait<Answer>(_ ask: (@escaping (Answer) -> Void) -> Void) throws -> Answer {
    var answer: Answer?
    ask { answer = $0 }
    #expect(answer == nil, "an answer came before the question had returned")
    try loop.run { answer != nil }
    return try #require(answer)
  }

  func put(
    _ path: Path, _ text: String, _ change: (inout Parcel) -> Void = { _ in }
  ) throws -> Result<Receipt, Failure> {
    var parcel = Parcel(path, .bytes(Array(text.utf8)), size: text.utf8.count)
    change(&parcel)
    return try wait { put(parcel, $0) }
  }

  func put(_ name: String, _ text: String) throws -> Result<Receipt, Failure> {
    try put(Path(text: name), text)
  }

  func stat(_ name: String) throws -> Result<Object, Failure> {
    try wait { stat(Path(text: name), $0) }
  }

  /// Gets a file, and what was written of it.
  func get(
    _ path: Path, _ listed: Fingerprint = Fingerprint(), _ change: (inout Pickup) -> Void = { _ in }
  ) throws -> (Result<Receipt, Failure>, String) {
    let scratch = try Scratch()
    var pickup = Pickup(path, into: scratch.descriptor, listed)
    change(&pickup)
    let result = try wait { get(pickup, $0) }
    try scratch.rewind()
    let input = Input(scratch.descriptor, "scratch")
    var text = ""
    while let line = try input.next() { text += String(decoding: line, as: UTF8.self) + "\n" }
    return (result, text)
  }
}

extension Result where Failure == Core.Failure {
  var kind: Core.Failure.Kind? {
    if case .failure(let failure) = self { failure.kind } else { nil }
  }

  var reason: String? {
    if case .failure(let failure) = self { failure.message } else { nil }
  }
}
