internal import Command
internal import Core
internal import Records
internal import System
internal import Values

/// What `s4l help` shows: the list of tools, or one manual page.
struct Manual {
  let tools: Tools
  let io: Standard

  /// How long a tool may take to say what it is.
  private static let patience: Int64 = 2_000_000_000
  private static let column = 12

  func show(_ topics: [[UInt8]]) throws(Failure) -> Status {
    guard let topic = topics.first else { return try list() }
    guard topics.count == 1, let name = String(validating: topic, as: UTF8.self) else {
      throw Failure(.usage, "help", "one name is expected")
    }
    return try read(name)
  }

  private func list() throws(Failure) -> Status {
    var ours = "s4l keeps folders and stores in step: s4l TOOL [ARGUMENT]...\n\n"
    var foreign = ""
    for tool in tools.all() {
      let summary = try summary(of: tool)
      if tool.isOurs { ours += line(tool, summary) } else { foreign += line(tool, summary) }
    }
    if !foreign.isEmpty { foreign = "\nTools from elsewhere:\n" + foreign }
    let end = "\nMore: s4l help TOOL, s4l help changes, man 7 s4l, man 5 s4l-stream\n"
    io.output.buffer.append(Array((ours + foreign + end).utf8))
    return .success
  }

  private func line(_ tool: Tools.Item, _ summary: String?) -> String {
    let name = "\(Path(text: tool.name))"
    guard let summary else { return "  \(name)\n" }
    let gap = String(repeating: " ", count: max(2, Manual.column - name.count))
    return "  \(name)\(gap)\(Path(text: summary))\n"
  }

  /// What a tool says of itself; nil if it does not answer as ours do.
  private func summary(of tool: Tools.Item) throws(Failure) -> String? {
    let answer: Process.Answer
    do {
      answer = try Process.capture(
        program: tool.path, arguments: [Array("--generate".utf8), Array("page".utf8)],
        within: Manual.patience)
    } catch {
      io.log.info("\(error.message)")
      return nil
    }
    guard answer.ended?.isSuccess == true, let line = answer.output.split(separator: 10).first
    else { return nil }
    return Array(line).withUnsafeBytes { bytes in
      do {
        return try Parser().parse(bytes).text(undeclared: "summary")
      } catch {
        io.log.info("\(tool.path): its description is not JSON")
        return nil
      }
    }
  }

  /// Shows the manual page, or lets the tool speak where there is none.
  private func read(_ name: String) throws(Failure) -> Status {
    let page = name == "s4l" ? name : Tools.prefix + name
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 != Path.slash && $0 != 0x7F }
    if isPlain, case .runnable(let man) = tools.findProgram("man") {
      let found = try Process.capture(
        program: man, arguments: [Array("-w".utf8), Array("--".utf8), Array(page.utf8)],
        within: 5 * Manual.patience)
      if found.ended?.isSuccess == true {
        return become(man, [Array("--".utf8), Array(page.utf8)])
      }
    }
    let program = name == "s4l" ? tools.findProgram(name) : tools.find(name)
    switch program {
    case .runnable(let path): return become(path, [Array("--help".utf8)])
    case .blocked(let path):
      io.log.error("\(path): it is there, but may not be run")
      return .notRunnable
    case .absent: return S4L.notFound(name, tools, io)
    }
  }

  private func become(_ program: Path, _ arguments: [[UInt8]]) -> Status {
    io.log.error("\(program): \(Process.become(program, arguments).words)")
    return .notRunnable
  }
}
