import Core
import Glibc
import Support
import System
import Testing
import Values

/// s4l-watch as it runs over the folder `top` of a sandbox, while the test changes that.
final class Session {
  let sandbox = Sandbox()
  let follower = Follower()
  private(set) var process: System.Process
  private let output: Input
  private let errors: Input
  private(set) var lines: [String] = []
  private var sentinels = 0

  init(
    _ arguments: [String] = ["--listing", "top"], under words: [String] = [], before: String = ""
  ) throws {
    _ = sandbox.shell("mkdir top; \(before)")
    let ends = try (0..<2).map { _ in try Pipe().release() }
    process = try sandbox.start(
      words + ["s4l-watch"] + arguments, stdout: ends[0].writer, stderr: ends[1].writer)
    for end in ends { close(end.writer) }
    output = Input(ends[0].reader, "its output")
    errors = Input(ends[1].reader, "its errors")
  }

  deinit {
    process.killGroup()
    process.terminate()
    close(output.descriptor)
    close(errors.descriptor)
  }

  /// The next line of its output, which the follower has taken in; nil at the end.
  @discardableResult
  func hear() throws -> String? {
    guard let line = try next(output) else { return nil }
    try follower.take(line)
    lines.append(line)
    return line
  }

  func hearError() throws -> String? { try next(errors) }

  /// Hears until a line holds a text.
  @discardableResult
  func hear(until text: String) throws -> String {
    while let line = try hear() {
      if line.contains(text) { return line }
    }
    throw Failure(.io, "its output", "it ended before \(text)")
  }

  func begin() throws { try hear(until: #""view":"events""#) }

  func shell(_ script: String) {
    let outcome = sandbox.shell(script)
    #expect(outcome.status == 0, "\(script): \(outcome)")
  }

  /// Hears all that was done until now: up to a file that is made and removed for that.
  func catchUp(in folder: String = "top") throws {
    sentinels += 1
    let name = "sentinel-\(sentinels)"
    shell("echo >\(folder)/\(name)")
    // It may be in a listing.
    try hear(until: "\"path\":\"\(name)\"")
    shell("rm \(folder)/\(name)")
    try hear(until: "\"path\":\"\(name)\",\"event\":\"remove\"")
  }

  /// What a listing knows, for comparison with what the events told.
  func truth(_ folder: String = "top") throws -> [String: [Int64]] {
    let other = Follower()
    for line in sandbox.run(["s4l-scan", folder]).text.split(separator: "\n") {
      try other.take(String(line))
    }
    return other.files
  }

  func end() throws -> Ended? {
    process.terminate()
    while try hear() != nil {}
    let ended = try process.wait(within: 60_000_000_000)
    if ended == nil { process.killGroup() }
    return ended
  }

  private func next(_ input: Input) throws -> String? {
    input.beforeWaiting = { () throws(Failure) in
      var ready = pollfd(fd: input.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, 60_000) == 0 { throw Failure(.later, input.subject, "nothing comes") }
    }
    return try input.next().map { String(decoding: $0, as: UTF8.self) }
  }
}
