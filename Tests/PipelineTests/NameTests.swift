import Support
import Testing
import Values

/// Names that break what was not written for them.
@Suite struct NameTests {
  /// Every hostile name as a file, in a folder of a hostile name, and at the end of a path that is
  /// as long as the system takes.
  private static func plant(_ grove: inout Grove) {
    for name in Grove.names {
      grove.plant(name)
      let folder = Path(Array(name.bytes.prefix(250)) + Array("+d".utf8))
      grove.make(folder)
      for inner in Grove.names.reversed() { grove.plant(folder.appending(inner)) }
    }
    var deep = Path()
    for _ in 0..<16 {
      deep = deep.appending(Path([UInt8](repeating: 0xFE, count: 246)))
      grove.make(deep)
    }
    grove.plant(deep.appending("end"))
  }

  @Test("hostile names go through a whole pipe and back, and can be deleted")
  func wholePipe() {
    let sandbox = Sandbox()
    var grove = Grove(sandbox.folder.appending("src"), seed: 1)
    NameTests.plant(&grove)
    let source = Picture(grove.root)
    #expect(source.files.count == Grove.names.count * (Grove.names.count + 1) + 1)
    let there = sandbox.shell(
      """
      s4l-scan src | s4l-hash | s4l-diff --delete dst | s4l-put dst | s4l-clean dst >out &&
      s4l-ls dst | s4l-hash | s4l-diff --compare checksum back | s4l-get back >out && rm out
      """, asRoot: true)
    #expect(there.status == 0, "\(there.complaint)")
    for name in ["dst", "back"] {
      let copy = Picture(sandbox.folder.appending(name))
      #expect(difference(source.files, copy.files).isEmpty && copy.reserved.isEmpty)
    }
    let gone = sandbox.shell(
      """
      s4l-scan src | s4l-diff --all dst | s4l-put --confirm dst | s4l-clean --uploaded src >out &&
      s4l-scan src | s4l-diff --delete dst | s4l-put dst | s4l-clean --allow-empty dst >out
      """, asRoot: true)
    #expect(gone.status == 0, "\(gone.complaint)")
    for name in ["src", "dst"] {
      let rest = Picture(sandbox.folder.appending(name))
      #expect(rest.files.isEmpty && rest.folders.isEmpty && rest.reserved.isEmpty)
    }
  }
}
