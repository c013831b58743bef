import Doubles
import Foundation
import Glibc
import Support
import Testing
import Values

/// Large files whose fetching is ended in the middle: the next run goes on where it stopped.
@Suite struct ResumeTests {
  private static let sink = Sink()
  private static let size = 70 << 20

  private let proxy = FaultProxy(to: ResumeTests.sink.endpoint)
  private let sandbox = Sandbox()

  init() {
    let entry = #"{"path":"size-\#(ResumeTests.size)","size":\#(ResumeTests.size),"etag":"%s"}\n"#
    let made = sandbox.shell(
      """
      curl -s -o whole -D head \(proxy.endpoint)/b/size-\(ResumeTests.size)
      printf '{"type":"head","version":1,"tool":"t","view":"listing","root":"s3://b"}\n' > listing
      printf '\(entry)' $(sed -n 's/^E[Tt]ag: "\\(.*\\)".*/\\1/p' head) >> listing
      printf '{"type":"tail","complete":true,"records":1,"entries":1,"holes":0}\n' >> listing
      """)
    precondition(made.status == 0, "\(made)")
  }

  /// Fetches once more, and looks whether the file is right; how many requests that took.
  private func finish() throws -> Int {
    try proxy.set()
    let again = try Trial.run(
      "s4l-get dst < listing && cmp whole dst/size-\(ResumeTests.size) "
        + "&& rm dst/* && ls -A dst >&2",
      sandbox, proxy)
    #expect(again.status == 0 && !again.complaint.contains(".s4l-"), "\(again)")
    return try proxy.log().count
  }

  @Test("a fetch that is ended is gone on with", arguments: ["KILL", "TERM"])
  func end(_ signal: String) throws {
    // The last stretch is asked for once another has come, and never answered.
    try proxy.set(["header": "^range: bytes=67108864-", "fault": "silent", "times": 0])
    let isOver = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [proxy, sandbox] in
      do {
        while !(try proxy.log().contains { $0.fault == "silent" }) { usleep(1_000) }
        _ = sandbox.shell("kill -\(signal) $(cat number)")
      } catch { Issue.record(error) }
      isOver.signal()
    }
    let ended = try Trial.run(
      "s4l-get dst < listing & echo $! > number; wait $!", sandbox, proxy)
    isOver.wait()
    if signal == "TERM" {
      #expect(ended.status == 143, "\(ended)")
      #expect(ended.kinds == ["later"] && ended.isComplete == false, "\(ended)")
    } else {
      #expect(ended.status == 137, "\(ended)")
    }
    let left = sandbox.shell("ls dst")
    #expect(left.text == "", "\(left)")
    #expect(try finish() < 5)
  }

  @Test("a fetch that is killed anywhere leaves nothing that the next one could be deceived by")
  func killed() throws {
    var dice = Dice(.random(in: 1...999_999_999))
    for _ in 0..<3 {
      let number = 10 + dice.below(4_300)
      try proxy.set()
      _ = try Trial.run(
        "strace -f -qq -o /dev/null -e trace=pwrite64"
          + " -e inject=pwrite64:signal=KILL:when=\(number) s4l-get dst < listing",
        sandbox, proxy)
      #expect(try finish() <= 5, "\(number)")
    }
  }
}
