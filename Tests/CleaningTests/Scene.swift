import Cleaning
import Core
import Glibc
import Store
import Stream
import System
import Testing
import Values

/// A folder of its own for each test, and what a stage makes of a stream there.
final class Scene {
  let top: Path
  var root: Path { top.appending("root") }
  let time = "2026-11-20T18:02:11Z"
  let seconds = 1_795_197_731

  init() throws {
    var name = Array("/tmp/s4l-clean-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw Failure(errno: errno, "scene") }
    top = Path(name.dropLast().map { UInt8(bitPattern: $0) })
    folder("root")
  }

  deinit {
    remove(top)
  }

  private func remove(_ path: Path) {
    if let opened = try? Folder.open(path) {
      for name in Scene.names(opened) {
        let below = path.appending(name)
        if below.withCString({ unlink($0) }) != 0 { remove(below) }
      }
    }
    _ = path.withCString { rmdir($0) }
  }

  static func names(_ folder: Folder) -> [Path] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    var found: [Path] = []
    try? folder.names(buffer) { name, _ in found.append(Path(name)) }
    return found
  }

  func folder(_ name: String) {
    _ = top.appending(name).withCString { mkdir($0, 0o755) }
  }

  /// Makes a file of a size, last changed at `time`, and the folders it needs.
  func file(_ name: String, size: Int = 3) {
    let path = top.appending(name)
    var parts = Path(text: name).parent
    var missing: [Path] = []
    while !parts.isEmpty {
      missing.append(top.appending(parts))
      parts = parts.parent
    }
    for folder in missing.reversed() { _ = folder.withCString { mkdir($0, 0o755) } }
    let opened = path.withCString { Glibc.open($0, O_CREAT | O_WRONLY | O_TRUNC, 0o644) }
    _ = [UInt8](repeating: 120, count: size).withUnsafeBytes { write(opened, $0.baseAddress, size) }
    close(opened)
    touch(name, seconds)
  }

  func touch(_ name: String, _ seconds: Int) {
    var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
    _ = top.appending(name).withCString { utimensat(AT_FDCWD, $0, &times, AT_SYMLINK_NOFOLLOW) }
  }

  func link(_ name: String, to target: String) {
    _ = top.appending(name).withCString { symlink(target, $0) }
  }

  func has(_ name: String) -> Bool {
    if case .success = inode(name) { return true }
    return false
  }

  func inode(_ name: String) -> Result<Inode, SystemError> {
    top.appending(name).withCString { Inode.at(AT_FDCWD, $0, followsLinks: false) }
  }

  /// The names of all files below a folder of the scene, sorted.
  func files(_ name: String = "root") -> [String] {
    var found: [String] = []
    func list(_ path: Path, _ prefix: Path) {
      guard let folder = try? Folder.open(path) else { return }
      for name in Scene.names(folder) {
        guard case .success(let inode) = folder.look(name) else { continue }
        if inode.form == .folder {
          found.append("\(prefix.appending(name))/")
          list(path.appending(name), prefix.appending(name))
        } else {
          found.append("\(prefix.appending(name))")
        }
      }
    }
    list(top.appending(name), Path())
    return found.sorted()
  }

  struct Transcript {
    var lines: [String] = []
    var status: Status?
    var failure: Failure?

    /// The outcomes of deletes, as `path` and whether it was done.
    var deletes: [String] {
      lines.filter { $0.contains("\"did\":\"delete\"") }.map { line in
        let path = line.split(separator: "\"path\":\"")[1].prefix { $0 != "\"" }
        return "\(path) \(line.contains("\"ok\":true") ? "ok" : "kept")"
      }
    }

    func reason(_ path: String) -> String? {
      lines.first { $0.contains("\"path\":\"\(path)\"") && $0.contains("\"reason\"") }
        .map { String($0.split(separator: "\"reason\":\"")[1].prefix { $0 != "\"" }) }
    }
  }

  /// Runs a stage over lines as the tool would.
  func run<S: Stage>(_ stage: inout S, _ lines: [String]) throws -> Transcript {
    let input = try Scratch()
    let output = try Scratch()
    let feed = Output(input.descriptor, "feed")
    for line in lines {
      feed.buffer.append(Array((line + "\n").utf8))
      try feed.settle()
    }
    try feed.flush()
    try input.rewind()
    let section = Section(Output(output.descriptor, "out"), tool: "s4l-clean")
    let reader = StreamReader(Input(input.descriptor, "stdin"))
    var relay = Relay(reader, section, Log(tool: "s4l-clean", level: .fatal))
    var result = Transcript()
    do { result.status = try relay.run(&stage) } catch { result.failure = error }
    try output.rewind()
    let back = Input(output.descriptor, "out")
    while let line = try back.next() { result.lines.append(String(decoding: line, as: UTF8.self)) }
    return result
  }

  var log: Log { Log(tool: "s4l-clean", level: .fatal) }

  func orders(_ change: (inout Orders) -> Void = { _ in }) -> Orders {
    var orders = Orders(root: .folder(root))
    change(&orders)
    return orders
  }

  /// Carries out a plan for the root; `total` files are said to be there.
  func plan(
    _ records: [String], total: Int? = 100, complete: Bool = true, head: String = "",
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> Transcript {
    var stage = try Planned(orders(change), log)
    let target = total.map { ",\"target_entries\":\($0)" } ?? ""
    let first =
      #"{"type":"head","version":1,"view":"plan","left":"/s","right":"\#(root)"\#(head)}"#
    var result = try run(
      &stage, [first] + records + [tail(records, complete: complete, target)])
    result.failure = result.failure ?? stage.refusal
    return result
  }

  func tail(_ records: [String], complete: Bool = true, _ more: String = "") -> String {
    let holes = records.filter { $0.contains("\"hole\"") }.count
    return "{\"type\":\"tail\",\"complete\":\(complete),\"records\":\(records.count),"
      + "\"holes\":\(holes)\(more)}"
  }

  func delete(_ path: String, size: Int = 3) -> String {
    #"{"type":"change","path":"\#(path)","size":\#(size),"do":"delete","why":"orphan","#
      + #""was":{"size":\#(size),"mtime":"\#(time)"}}"#
  }

  func failed(_ path: String, _ kind: String, size: Int, _ more: String = "") -> String {
    "{\"type\":\"outcome\",\"path\":\"\(path)\",\"size\":\(size),\"do\":\"copy\",\"did\":\"copy\","
      + "\"ok\":false,\"kind\":\"\(kind)\",\"reason\":\"x\"\(more)}"
  }

  func hole(_ path: String) -> String {
    "{\"type\":\"hole\",\"path\":\"\(path)\",\"kind\":\"refused\",\"reason\":\"x\"}"
  }
}
