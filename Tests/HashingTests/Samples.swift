import Core
import Digests
import Glibc
import Stream
import System
import Testing
import Values

@testable import Hashing

/// A folder of its own for one test, removed afterwards.
final class Folders {
  let root: Path

  init() {
    var template = "/tmp/s4l-hashing-XXXXXX".utf8.map { CChar(bitPattern: $0) } + [0]
    mkdtemp(&template)
    root = Path(template.dropLast().map { UInt8(bitPattern: $0) })
  }

  deinit {
    Folders.remove(root)
  }

  private static func remove(_ path: Path) {
    guard let folder = path.withCString({ opendir($0) }) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        Path(bytes.prefix { $0 != 0 })
      }
      if name.bytes == Array(".".utf8) || name.bytes == Array("..".utf8) { continue }
      let inside = path.appending(name)
      if inside.withCString({ unlink($0) }) != 0 { remove(inside) }
    }
    closedir(folder)
    _ = path.withCString { rmdir($0) }
  }

  @discardableResult
  func write(_ name: String, _ text: String, appending: Bool = false) -> Path {
    let path = root.appending(name)
    let how = O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC)
    let file = path.withCString { open($0, how, 0o644) }
    var text = text
    _ = text.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) }
    close(file)
    return path
  }

  func read(_ name: String) -> String? {
    let file = root.appending(name).withCString { open($0, O_RDONLY | O_CLOEXEC) }
    if file < 0 { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = Glibc.read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  func folder(_ name: String) {
    _ = root.appending(name).withCString { mkdir($0, 0o755) }
  }

  func link(_ name: String, to target: String) {
    _ = root.appending(name).withCString { symlink(target, $0) }
  }

  func inode(_ name: String) throws -> Inode {
    try root.appending(name).withCString { Inode.at(AT_FDCWD, $0, followsLinks: false) }.get()
  }
}

let quiet = Log(tool: "test", level: .fatal)
let helloSum = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
let emptySum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/// Runs the stage over a stream and gives what it wrote, without the frame of the section.
func hashed(
  _ input: String, in folders: Folders, _ change: (inout HashStage.Choices) -> Void = { _ in }
) throws -> (lines: [String], status: Status) {
  var choices = HashStage.Choices()
  choices.recipe = Recipe([.sha256])
  change(&choices)
  folders.write(".in", input)
  folders.write(".out", "")
  let from = folders.root.appending(".in").withCString { open($0, O_RDONLY | O_CLOEXEC) }
  let to = folders.root.appending(".out").withCString { open($0, O_WRONLY | O_CLOEXEC) }
  defer {
    close(from)
    close(to)
  }
  let section = Section(Output(to, "out"), tool: "s4l-hash")
  var relay = Relay(StreamReader(Input(from, "in")), section, quiet)
  var stage = try HashStage(choices, quiet)
  let status = try relay.run(&stage)
  let lines = (folders.read(".out") ?? "").split(separator: "\n").map(String.init)
  return (
    lines.filter { !$0.contains(#""type":"head""#) && !$0.contains(#""type":"tail""#) }, status
  )
}

/// A section of these records below the folder.
func section(_ view: String, _ folders: Folders, _ records: [String]) -> String {
  let holes = records.filter { $0.contains(#""hole""#) }.count
  return """
    {"type":"head","version":1,"view":"\(view)","root":"\(folders.root)","order":"path"}
    \(records.joined(separator: "\n"))
    {"type":"tail","complete":true,"records":\(records.count),"holes":\(holes)}

    """
}
