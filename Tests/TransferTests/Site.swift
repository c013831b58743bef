import Core
import Glibc
import Records
import Store
import Stream
import Support
import System
import Values

@testable import Transfer

/// Two folders, `a` to copy from and `b` to copy to, and a transfer between them in this process.
final class Site {
  let sandbox = Sandbox()
  var terms = Terms()

  /// Stores by the name that opens them; any other name is that of a folder.
  var stores: [String: any Store] = [:]

  init() {
    terms.jobs = 1
    terms.from = path("a")
    shell("mkdir a")
  }

  func path(_ name: String) -> Path { sandbox.folder.appending(name) }

  @discardableResult
  func shell(_ script: String) -> String { sandbox.shell(script, asRoot: true).text }

  func text(_ name: String) -> String? {
    House.read(path(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  var listing: String { #"{"type":"head","version":1,"view":"listing","root":"\#(path("a"))"}"# }
  var plan: String {
    #"{"type":"head","version":1,"view":"plan","left":"\#(path("a"))","right":"\#(path("b"))"}"#
  }
  var events: String { #"{"type":"head","version":1,"view":"events","root":"\#(path("a"))"}"# }

  /// The records of a section with a tail that counts them.
  func section(_ head: String, _ records: String...) -> [String] {
    [head] + records + [#"{"type":"tail","complete":true,"records":\#(records.count)}"#]
  }

  /// What a run wrote, and how it ended.
  struct Result {
    var lines: [String]
    var status: Status?
    var failure: Failure?

    /// A line; empty if there are not so many.
    subscript(place: Int) -> String { place < lines.count ? lines[place] : "" }
    func holds(_ text: String) -> Bool { lines.contains { $0.contains(text) } }
  }

  private func open(_ path: Path) throws(Failure) -> Place {
    if let store = stores["\(path)"] { return .store(store) }
    return .folder(try Location(path).folder())
  }

  func run(_ records: [String], to target: String = "b") throws(Failure) -> Result {
    let input = try Scratch()
    let output = try Scratch()
    let bytes = Array(records.map { $0 + "\n" }.joined().utf8)
    bytes.withUnsafeBytes { _ = write(input.descriptor, $0.baseAddress, $0.count) }
    try input.rewind()
    let section = Section(Output(output.descriptor, "stdout"), tool: "s4l-put")
    let log = Log(tool: "s4l-put", level: .fatal)
    var result = Result(lines: [])
    do throws(Failure) {
      let progress = Progress(log, isQuiet: true, Environment([:]))
      let copying = try Copying(
        to: stores[target] == nil ? path(target) : Path(text: target), terms, open, section, log,
        progress)
      result.status = try copying.run(Input(input.descriptor, "stdin"))
    } catch {
      result.failure = error
    }
    try output.rewind()
    let lines = Input(output.descriptor, "stdout")
    while let line = try lines.next() { result.lines.append(String(decoding: line, as: UTF8.self)) }
    return result
  }
}
