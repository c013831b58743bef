import Core
import Glibc
import Support
import System
import Testing

/// How every tool behaves, whatever its job is.
@Suite struct Manners {
  let sandbox = Sandbox()

  @Test("help wins wherever it stands, goes to stdout, and fits 80 columns", arguments: House.tools)
  func help(_ tool: String) throws {
    let plain = sandbox.run([tool, "--help"])
    #expect(plain.status == 0)
    #expect(plain.errors.isEmpty)
    #expect(plain.text.hasPrefix("Usage: \(tool) "))
    #expect(plain.text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "a line is too long")
    for words in [["-h"], ["--no-such-option", "--help"], ["--help", "--no-such-option"]] {
      let outcome = sandbox.run([tool] + words)
      #expect(outcome.status == 0, "\(words)")
      #expect(outcome.output == plain.output, "\(words)")
    }
    let examples = plain.text.range(of: "\nExamples:\n")
    let options = try #require(plain.text.range(of: "ptions:\n"))
    if let examples { #expect(examples.lowerBound < options.lowerBound) }
  }

  @Test("the version is one line", arguments: House.tools)
  func version(_ tool: String) throws {
    let outcome = sandbox.run([tool, "--version"])
    #expect(outcome.status == 0)
    let version = try Description.of(tool).version
    #expect(outcome.text == "\(tool) (s4l) \(version)\n")
  }

  @Test("an unknown option is status 64, on stderr only, with a suggestion", arguments: House.tools)
  func unknownOption(_ tool: String) {
    let outcome = sandbox.run([tool, "--verbos"])
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    let hint = "--verbos: there is no such option; did you mean --verbose?"
    #expect(outcome.complaint.contains(hint))
  }

  @Test("a value that is missing or not wanted is status 64", arguments: House.tools)
  func values(_ tool: String) {
    for words in [["--log-level"], ["--log-level=loud"], ["--quiet=yes"]] {
      #expect(sandbox.run([tool] + words).status == 64, "\(words)")
    }
  }

  @Test("a missing operand, and one too many, are status 64", arguments: House.tools)
  func operands(_ tool: String) throws {
    let page = try Description.of(tool)
    if !page.acceptable.isEmpty { #expect(sandbox.run([tool]).status == 64) }
    if page.operands.contains(where: \.many) { return }
    let words = page.operands.map(\.sample) + ["extra"]
    let outcome = sandbox.run([tool] + words)
    #expect(outcome.status == 64)
    #expect(outcome.complaint.contains("extra"))
  }

  @Test("output that cannot be written is status 74", arguments: House.tools)
  func fullDisk(_ tool: String) {
    let outcome = sandbox.shell("\(tool) --help >/dev/full")
    #expect(outcome.status == 74)
    #expect(outcome.complaint == "\(tool): stdout: No space left on device\n")
  }

  @Test("standard streams may be closed", arguments: House.tools)
  func closedStreams(_ tool: String) {
    #expect(sandbox.shell("\(tool) --help >&-").status == 74)
    #expect(sandbox.shell("\(tool) --help <&-").status == 0)
    #expect(sandbox.shell("\(tool) --help 2>&-").status == 0)
    #expect(sandbox.shell("\(tool) --no-such-option 2>&-").status == 64)
    #expect(sandbox.shell("\(tool) --no-such-option <&- >&- 2>&-").status == 64)
  }

  @Test("with standard input closed, a tool fails without a crash", arguments: House.tools)
  func closedInput(_ tool: String) throws {
    let page = try Description.of(tool)
    guard !page.reads.isEmpty else { return }
    let words = ([tool] + page.acceptable).joined(separator: " ")
    let outcome = sandbox.shell("\(words) <&-")
    #expect([64, 65, 66, 74].contains(outcome.status), "\(outcome)")
  }

  @Test("a tool whose reader has gone dies of SIGPIPE", arguments: House.tools)
  func brokenPipe(_ tool: String) throws {
    let ends = try Pipe().release()
    close(ends.reader)
    let child = try sandbox.start([tool, "--generate", "man"], stdout: ends.writer)
    close(ends.writer)
    #expect(try child.wait() == .signalled(SIGPIPE))
  }

  @Test("a filter whose input is a terminal says so and ends", arguments: House.tools)
  func terminal(_ tool: String) throws {
    let page = try Description.of(tool)
    guard !page.reads.isEmpty else { return }
    let words = ([tool] + page.acceptable).joined(separator: " ")
    let outcome = sandbox.shell(
      "script -qec '\(words) >out 2>err; echo $? >status' /dev/null </dev/null >/dev/null; "
        + "cat status out err")
    #expect(
      outcome.text == """
        64
        \(tool): standard input is a terminal; records are expected there
        \(tool): try \(tool) --help

        """)
  }

  @Test("empty input, which is no stream, is status 65 for a filter", arguments: House.tools)
  func emptyInput(_ tool: String) throws {
    let page = try Description.of(tool)
    guard page.reads.contains("entry") || page.reads.contains("change") else { return }
    _ = sandbox.shell("mkdir operand")
    let outcome = sandbox.run([tool] + page.acceptable)
    #expect(outcome.status == 65, "\(outcome)")
    #expect(!outcome.text.contains("\"complete\":true"))
  }

  @Test("nothing is coloured or drawn where nobody looks", arguments: House.tools)
  func plainness(_ tool: String) {
    for words in [["--help"], ["--no-such-option"], ["--verbose", "/nowhere/at/all"]] {
      let outcome = sandbox.run([tool] + words, environment: ["TERM=xterm-256color"])
      for byte in [UInt8(0x1B), 0x0D] {
        #expect(!outcome.output.contains(byte) && !outcome.errors.contains(byte), "\(words)")
      }
    }
  }

  @Test("the locale changes nothing", arguments: House.tools)
  func locale(_ tool: String) {
    for words in [["--help"], ["--HELP"], ["--generate", "page"]] {
      let turkish = sandbox.run([tool] + words, environment: ["LC_ALL=tr_TR.UTF-8", "LANG=tr_TR"])
      let plain = sandbox.run([tool] + words)
      #expect(turkish.output == plain.output)
      #expect(turkish.errors == plain.errors)
      #expect(turkish.status == plain.status)
    }
  }

  @Test("an argument that is not UTF-8 is no crash", arguments: House.tools)
  func strangeArguments(_ tool: String) {
    for argument in [#"--\377"#, #"--exclude=\377"#, #"-\377"#, #"--log-level=\377"#] {
      let outcome = sandbox.shell("\(tool) \"$(printf -- '\(argument)')\" </dev/null")
      #expect(outcome.status == 64, "\(argument): \(outcome)")
    }
  }

  @Test("a tool runs without HOME and without any environment", arguments: House.tools)
  func emptyEnvironment(_ tool: String) {
    let path = "\(Products.folder.appending(tool))"
    #expect(sandbox.run(["/usr/bin/env", "-i", path, "--version"]).status == 0)
  }
}
