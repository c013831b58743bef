import Support
import Testing

/// Much at a time. The memory that the programs take is measured where they are built for release:
/// see Tests/volume.sh.
@Suite struct VolumeTests {
  @Test("thirty thousand names in one folder are listed, compared, planned and all deleted")
  func manyNames() {
    let sandbox = Sandbox()
    let outcome = sandbox.shell(
      """
      mkdir src dst && cd dst && seq -f 'n%.0f' 30000 | xargs touch && cd .. &&
      s4l-scan dst | grep -c '"type":"entry"'
      s4l-scan src | s4l-diff --delete dst | s4l-put dst | s4l-clean --allow-empty dst > out
      grep -c '"ok":true' out
      ls dst | wc -l
      """, asRoot: true)
    #expect(outcome.text == "30000\n30000\n0\n", "\(outcome.complaint)")
  }
}
