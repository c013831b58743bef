import Core
import Glibc
import System
import Testing
import Values

@Suite struct ProcessTests {
  private let shell = Path(text: "/bin/sh")
  private let second: Int64 = 1_000_000_000

  private func words(_ script: String) -> [[UInt8]] { [Array("-c".utf8), Array(script.utf8)] }

  @Test("a child's status and its death by a signal are told apart")
  func endings() throws {
    #expect(try Process.start(program: shell, arguments: words("exit 7")).wait() == .exited(7))
    let killed = try Process.start(program: shell, arguments: words("kill -PIPE $$"))
    #expect(try killed.wait() == .signalled(SIGPIPE))
  }

  @Test("a program that is not there is a failure that names it")
  func missing() {
    let expected = Failure(.absent, "/nowhere/tool", "No such file or directory")
    #expect(throws: expected) {
      try Process.start(program: Path(text: "/nowhere/tool"), arguments: [])
    }
  }

  @Test("descriptors that trade places arrive where they are meant to")
  func crossing() throws {
    let one = try Scratch()
    let other = try Scratch()
    let low = min(one.descriptor, other.descriptor)
    let high = max(one.descriptor, other.descriptor)
    let script = "cd /proc/self/fd; echo low >\(high); echo high >\(low)"
    let child = try Process.start(
      program: shell, arguments: words(script),
      extra: [(low, high), (high, low)])
    #expect(try child.wait() == .exited(0))
    #expect(try content(of: low) == "low\n")
    #expect(try content(of: high) == "high\n")
  }

  @Test("a child gets the first three descriptors and those handed over, no others")
  func leaks() throws {
    let kept = try Scratch()
    let pipe = try Pipe()
    let out = try Scratch()
    let child = try Process.start(
      program: shell, arguments: words("exec ls -l /proc/self/fd"), stdout: out.descriptor,
      extra: [(kept.descriptor, 9)])
    #expect(try child.wait() == .exited(0))
    let listing = try content(of: out.descriptor)
    for number in [0, 1, 2, 9] { #expect(listing.contains(" \(number) -> ")) }
    // Its number says nothing, as the child opens files of its own.
    let inode = try Inode.of(pipe.reader.number, "pipe").inode
    #expect(inode > 0 && !listing.contains("pipe:[\(inode)]"))
  }

  @Test("variables are added, and replace those of the same name")
  func environment() throws {
    let answer = try Process.capture(
      program: shell, arguments: words("echo $S4L_ONE; env | grep -c ^PATH="),
      environment: [("S4L_ONE", "1"), ("PATH", "/usr/bin:/bin")], within: 60 * second)
    #expect(String(decoding: answer.output, as: UTF8.self) == "1\n1\n")
  }

  @Test("a program that does not answer in time is ended with all that it started")
  func patience() throws {
    let answer = try Process.capture(
      program: shell, arguments: words("echo first; sleep 1000 & wait"), within: second / 5)
    #expect(answer.ended == nil)
    #expect(answer.output == Array("first\n".utf8))
  }

  @Test("a program that leaves another behind with its output is not waited for")
  func orphan() throws {
    let answer = try Process.capture(
      program: shell, arguments: words("echo done; sleep 1000 &"), within: 600 * second)
    #expect(answer.ended == .exited(0))
    #expect(answer.output == Array("done\n".utf8))
  }

  @Test("a program that says too much is ended")
  func flood() throws {
    let answer = try Process.capture(
      program: Path(text: "/usr/bin/yes"), arguments: [], within: 600 * second, atMost: 1_000)
    #expect(answer.ended == nil)
  }

  private func content(of file: Int32) throws -> String {
    lseek(file, 0, SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
