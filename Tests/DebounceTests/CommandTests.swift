import Core
import Glibc
import Support
import System
import Testing
import Values

/// The tool as it runs beside others: what it does while its input stays open.
@Suite struct CommandTests {
  private func record(_ number: Int) -> String {
    #"{"type":"event","path":"\#(number)","event":"write"}"#
  }

  /// A command that says that it has begun, and ends when the gate is opened for it.
  private static let gated = ["sh", "-c", "cat >>seen; echo begun >&2; read word <gate; exit 0"]

  private func gate(_ sandbox: Sandbox) { _ = sandbox.shell("mkfifo gate") }
  private func open(_ sandbox: Sandbox) { _ = sandbox.shell("echo >gate") }

  @Test("a record is written when it is quiet, while the input stays open")
  func timer() throws {
    let session = try Session(Sandbox(), ["--wait", "10ms"])
    session.say(record(1))
    #expect(session.hear() == record(1))
    session.say(record(2))
    session.say(record(2))
    #expect(session.hear() == record(2))
    session.hangUp()
    #expect(session.hear() == nil)
    #expect(try session.wait() == .exited(0))
  }

  @Test("what comes while the command runs is written on, and asks for one more run")
  func onceMore() throws {
    let sandbox = Sandbox()
    gate(sandbox)
    let session = try Session(sandbox, ["--wait", "10ms", "--"] + CommandTests.gated)
    session.say(record(1))
    #expect(session.hear() == record(1))
    #expect(session.hearError() == "begun")
    for number in 2...3 {
      session.say(record(number))
      #expect(session.hear() == record(number))
    }
    open(sandbox)
    #expect(session.hearError() == "begun")
    session.hangUp()
    open(sandbox)
    #expect(try session.wait() == .exited(0))
    #expect(session.hearError() == nil)
    #expect(sandbox.shell("cat seen").text == (1...3).map { record($0) + "\n" }.joined())
  }

  @Test("told to stop, it ends its section, waits for the run in hand, and begins no other")
  func stop() throws {
    let sandbox = Sandbox()
    gate(sandbox)
    let session = try Session(sandbox, ["--wait", "10ms", "--"] + CommandTests.gated)
    session.say(#"{"type":"head","version":1,"view":"events"}"#)
    session.say(record(1))
    #expect(session.hear()?.contains("head") == true)
    #expect(session.hear() == record(1))
    #expect(session.hearError() == "begun")
    session.say(record(2))
    #expect(session.hear() == record(2))
    session.process.terminate()
    #expect(session.hear()?.contains(#""complete":false,"records":2"#) == true)
    open(sandbox)
    #expect(session.hearError()?.hasSuffix("sh did not run for the last records") == true)
    #expect(session.hearError()?.hasSuffix("stopped by signal 15") == true)
    #expect(try session.wait() == .signalled(SIGTERM))
    #expect(sandbox.shell("cat seen").text == record(1) + "\n")
  }

  @Test("it sleeps while nothing comes, also while the command runs")
  func idle() throws {
    let sandbox = Sandbox()
    gate(sandbox)
    let session = try Session(
      sandbox, ["--wait", "10ms", "--"] + CommandTests.gated,
      under: ["strace", "-qq", "-o", "trace", "-e", "trace=epoll_wait,epoll_pwait"])
    session.say(record(1))
    #expect(session.hearError() == "begun")
    // Time in which one that does not sleep would turn thousands of times.
    _ = sandbox.shell("sleep 0.3")
    open(sandbox)
    session.hangUp()
    #expect(try session.wait() == .exited(0))
    let turns = sandbox.shell("wc -l <trace").text.filter(\.isNumber)
    #expect(Int(turns) ?? .max < 30)
  }
}

/// The tool, while the test speaks with it.
final class Session {
  let process: System.Process
  private let input: Int32
  private let output: Input
  private let errors: Input
  private var isHungUp = false

  init(_ sandbox: Sandbox, _ arguments: [String], under words: [String] = []) throws {
    let ends = try (0..<3).map { _ in try Pipe().release() }
    process = try sandbox.start(
      words + ["s4l-debounce"] + arguments, stdin: ends[0].reader, stdout: ends[1].writer,
      stderr: ends[2].writer)
    for end in [ends[0].reader, ends[1].writer, ends[2].writer] { close(end) }
    input = ends[0].writer
    output = Input(ends[1].reader, "its output")
    errors = Input(ends[2].reader, "its errors")
  }

  deinit {
    hangUp()
    close(output.descriptor)
    close(errors.descriptor)
  }

  func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    #expect(write(input, bytes, bytes.count) == bytes.count)
  }

  /// The next line of its output; nil at the end, or if none comes.
  func hear() -> String? { next(output) }
  func hearError() -> String? { next(errors) }

  func hangUp() {
    if !isHungUp { close(input) }
    isHungUp = true
  }

  /// How it ended, if it does.
  func wait() throws -> Ended? {
    let ended = try process.wait(within: 60_000_000_000)
    if ended == nil { process.killGroup() }
    return ended
  }

  private func next(_ input: Input) -> String? {
    input.beforeWaiting = { () throws(Failure) in
      var ready = pollfd(fd: input.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, 60_000) == 0 { throw Failure(.later, input.subject, "nothing comes") }
    }
    do { return try input.next().map { String(decoding: $0, as: UTF8.self) } } catch { return nil }
  }
}
