import Core
import Glibc
import Index
import Support
import System
import Values

/// A folder of files, a repository of it, and the tools that keep the two in step.
final class Yard {
  let sandbox = Sandbox()
  let site: any Site

  init(_ kind: Kind, adds: Bool = true) throws {
    site = try kind.site()
    _ = shell("mkdir files")
    if adds { _ = shell("s4l-index repo add photos files") }
  }

  var root: Path { sandbox.folder.appending("files") }
  var variables: [String] { ["S4L_INDEX_DATABASE=\(site.address)"] + site.variables }

  @discardableResult
  func shell(_ script: String, _ input: [String] = []) -> Sandbox.Outcome {
    sandbox.shell(
      script, stdin: Array(input.map { $0 + "\n" }.joined().utf8), environment: variables)
  }

  /// Takes in what the files are now, digests and all.
  @discardableResult
  func update() -> Sandbox.Outcome {
    shell("s4l-scan files | s4l-hash | s4l-index update --allow-empty --max-delete 100% photos")
  }

  @discardableResult
  func apply(_ events: [String], hashed: Bool = false) -> Sandbox.Outcome {
    let hash = hashed ? "s4l-hash | " : ""
    return shell(
      hash + "s4l-index apply --allow-empty --max-delete 100% photos", section(events))
  }

  /// Lines as those of one section of events.
  func section(_ events: [String]) -> [String] {
    [
      #"{"type":"head","version":1,"tool":"x","view":"events","root":"\#(root)"}"#
    ] + events + [#"{"type":"tail","complete":true,"records":\#(events.count),"holes":0}"#]
  }

  /// What the index has otherwise than the files are, empty if nothing is: names, sizes, times, and
  /// the digests that it knows.
  func difference() -> String {
    shell(
      """
      s4l-scan files | grep '"type":"entry"' >scanned
      s4l-index export photos >exported || echo "no export: $?"
      grep '"type":"entry"' exported | sed 's/,"sha256":"[^"]*"//' >remembered
      diff scanned remembered
      s4l-scan files | s4l-hash | grep '"type":"entry"' >hashed
      grep '"sha256"' exported | grep -vxFf hashed
      true
      """
    ).text
  }

  var status: String { shell("s4l-index status photos").text }

  func record(_ path: String) throws(Failure) -> FileRecord? {
    try store().record(Array(path.utf8), of: repository())
  }

  func store() throws(Failure) -> any RecordStore { try site.open() }

  func repository() throws(Failure) -> Repository {
    guard let found = try store().repository("photos") else {
      throw Failure(.absent, "photos", "it is not there")
    }
    return found
  }

  func operations() throws(Failure) -> [Operation] {
    try store().operations(of: repository(), atMost: 1_000)
  }

  // MARK: Somebody who watches

  /// A process that applies what it is told.
  final class Watcher {
    private let process: System.Process
    private let input: Int32

    init(_ yard: Yard) throws {
      // A socket, as to write to it once it is closed is no more than a failure.
      var ends: [Int32] = [-1, -1]
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
      precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "there is no pair of sockets")
      let reader = ends[0]
      defer { close(reader) }
      input = ends[1]
      process = try yard.sandbox.start(
        ["s4l-index", "apply", "photos"], stdin: reader, environment: yard.variables)
      tell(Array(yard.section([]).dropLast()))
      yard.wait { yard.status.contains(#""is_watching":true"#) }
    }

    func tell(_ lines: [String]) {
      let text = Array(lines.map { $0 + "\n" }.joined().utf8)
      var rest = text[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { return }
        rest = rest.dropFirst(count)
      }
    }

    /// Ends its input, and tells how it ended.
    func end(records count: Int) throws -> Ended {
      tell([#"{"type":"tail","complete":true,"records":\#(count),"holes":0}"#])
      close(input)
      return try process.wait()
    }

    func kill() throws {
      process.killGroup()
      _ = try process.wait()
      close(input)
    }
  }

  /// Asks again and again; what never comes to be fails the test at last.
  func wait(_ place: String = #function, until isDone: () throws -> Bool) rethrows {
    let end = Clock.elapsed() + 60_000_000_000
    while try !isDone() {
      precondition(Clock.elapsed() < end, "it did not come to be: \(place)")
      usleep(2_000)
    }
  }
}
