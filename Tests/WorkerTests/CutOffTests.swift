import Support
import Testing

/// The network between a worker and the queues goes away.
@Suite("Workers cut off") struct CutOffTests {
  @Test("a worker that is cut off stops its task before another one begins with it, and comes back")
  func cut() {
    let sandbox = Sandbox()
    let script = House.root.appending("Tests/Servers/cutoff.sh")
    sandbox.write("cutoff.sh", House.text(script))
    sandbox.write(
      "handler",
      """
      trap 'echo "told $S4L_TASK_ID $SIDE" >>log; exit 1' TERM
      echo "begin $S4L_TASK_ID $SIDE" >>log
      until [ -e finish ]; do sleep 0.05; done
      echo "end $S4L_TASK_ID $SIDE" >>log

      """)
    let outcome = sandbox.run(["unshare", "-Urn", "sh", "cutoff.sh"])
    #expect(outcome.status == 0, "\(outcome)")
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.prefix(4) == ["begin long a", "told long a", "begin long b", "end long b"])
    #expect(Set(lines.dropFirst(4).map { $0.split(separator: " ")[0] }) == ["begin", "end"])
    #expect(lines.count == 8)
  }
}
