import Glibc
import Support
import System
import Values

/// A folder in which s4l-strm is run over records that a test writes.
final class Stand {
  let box = Sandbox()
  let base = "https://d.example"

  var out: Path { box.folder.appending("out") }

  /// Records as a complete section of a listing, or of another view.
  func section(_ records: [String], view: String = "listing", root: String = "/srv") -> [UInt8] {
    let holes = records.count { $0.contains("\"hole\"") }
    let head = #"{"type":"head","version":1,"view":"\#(view)","root":"\#(root)"}"#
    let tail = #"{"type":"tail","complete":true,"records":\#(records.count),"holes":\#(holes)}"#
    return Array(([head] + records + [tail]).map { $0 + "\n" }.joined().utf8)
  }

  static func entry(_ path: String, size: Int = 9, _ more: String = "") -> String {
    var text = ""
    for scalar in path.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text += "\\" }
      if scalar.value < 0x20 {
        text += "\\u00" + Hex.text([UInt8(scalar.value)])
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return #"{"type":"entry","path":"\#(text)","size":\#(size)\#(more)}"#
  }

  static func event(_ path: String, _ event: String, _ more: String = "") -> String {
    #"{"type":"event","path":"\#(path)","event":"\#(event)"\#(more)}"#
  }

  /// Runs the tool with what makes URLs of OpenList, unless other words say otherwise.
  func strm(
    _ words: [String], _ stdin: [UInt8], root: Bool = false
  ) -> Sandbox.Outcome {
    box.run(["s4l-strm", "--base", base] + words + ["out"], stdin: stdin, asRoot: root)
  }

  func strm(_ stdin: [UInt8]) -> Sandbox.Outcome { strm(Stand.usual, stdin) }

  func strm(_ words: [String] = Stand.usual, films: [String]) -> Sandbox.Outcome {
    strm(words, section(films.map { Stand.entry($0) }))
  }

  static let usual = ["--template", "openlist"]

  /// What the library holds: names below it, and the text of each, with its end.
  var library: [String: String] { Stand.files(below: out, Path()) }

  private static func files(below top: Path, _ prefix: Path) -> [String: String] {
    var found: [String: String] = [:]
    guard let folder = try? Folder.open(top) else { return [:] }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    var names: [Path] = []
    try? folder.names(buffer) { name, _ in names.append(Path(name)) }
    for name in names where !name.bytes.elementsEqual(".s4l".utf8) {
      let path = top.appending(name)
      let below = prefix.appending(name)
      if House.isFolder(path) {
        found.merge(files(below: path, below)) { one, _ in one }
      } else {
        found[String(decoding: below.bytes, as: UTF8.self)] = House.text(path)
      }
    }
    return found
  }

  var manifest: [String] {
    House.text(out.appending(".s4l/manifest")).split(separator: "\n").map { String($0) }
  }
}

extension Sandbox.Outcome {
  var lines: [String] { text.split(separator: "\n").map { String($0) } }

  /// The outcomes that hold a text.
  func outcomes(_ text: String) -> [String] {
    lines.filter { $0.hasPrefix("{\"type\":\"outcome\"") && $0.contains(text) }
  }
}
