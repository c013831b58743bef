import Support
import Testing

/// Deletes of a two-way sync that were too many once are too many for as long as they are planned,
/// whatever has been copied meanwhile.
@Suite("Deletes that were held back") struct HeldTests {
  private let sandbox = Sandbox()

  /// Two sides in step with four files, of which the right one loses all and gets five others.
  private static let lost = """
    mkdir a b; for i in 1 2 3 4; do echo $i >a/$i; done
    s4l-sync -q --base base a b >out || exit 9
    rm b/*; for i in 1 2 3 4 5; do echo new >b/n$i; done
    """

  private func run(_ script: String) -> Sandbox.Outcome {
    sandbox.shell(HeldTests.lost + "\n" + script)
  }

  @Test("what later runs copy does not make them few")
  func later() {
    let outcome = run(
      """
      s4l-sync -q --base base a b >out; echo $?
      for run in 1 2 3; do s4l-sync -q --base base a b >out; echo $?; done
      s4l-diff --both --base base a b | s4l-put b | s4l-put a | s4l-clean a | s4l-clean b |
        s4l-settle base >out; grep -c '"held":4' base
      ls a | grep -c '^[1-4]$'
      """)
    #expect(outcome.text == "77\n77\n77\n77\n4\n4\n", "\(outcome)")
  }

  @Test("they go once they are permitted, and later ones are held against what is there then")
  func permitted() {
    let outcome = run(
      """
      s4l-sync -q --base base a b >out; s4l-sync -q --base base --max-delete 3 a b >out; echo $?
      s4l-sync -q --base base --allow-empty a b >out; echo $?; ls a | tr '\\n' ' '
      rm b/n1; s4l-sync -q --base base a b >out; echo $?; ls a | tr '\\n' ' '
      grep -c held base
      """)
    let all = (2...5).map { "n\($0) " }.joined()
    #expect(outcome.text == "77\n0\nn1 \(all)0\n\(all)0\n", "\(outcome)")
  }

  @Test("files that are back are in step again, and forget that they were missed")
  func back() {
    let outcome = run(
      """
      s4l-sync -q --base base a b >out; echo $?
      cp -p a/[1-4] b; s4l-sync -q --base base a b >out; echo $?; grep -c held base
      rm b/1; s4l-sync -q --base base a b >out; echo $?; ls a | tr '\\n' ' '
      """)
    #expect(outcome.text == "77\n0\n0\n0\n2 3 4 n1 n2 n3 n4 n5 ", "\(outcome)")
  }

  @Test(
    "nor does what a run copied that was killed before it came to its deletes",
    arguments: [
      "s4l-put b | s4l-put a >out", "s4l-put b | s4l-put a | head -n -1 | s4l-settle base",
    ])
  func killed(_ rest: String) {
    let outcome = run(
      """
      s4l-diff --both --base base a b | \(rest) >out
      for run in 1 2; do s4l-sync -q --base base a b >out; echo $?; done; ls a | grep -c '^[1-4]$'
      """)
    #expect(outcome.text == "77\n77\n4\n", "\(outcome)")
  }

  @Test("a first run that was cut off bounds nothing")
  func first() {
    let outcome = sandbox.shell(
      """
      mkdir a b; for i in 1 2 3 4; do echo $i >a/$i; done
      s4l-diff --both --base base a b | s4l-put b | grep -v tail | s4l-settle base >out
      rm b/1; s4l-sync -q --base base a b >out; echo $?; ls a | tr '\\n' ' '
      """)
    #expect(outcome.text == "0\n2 3 4 ", "\(outcome)")
  }
}
