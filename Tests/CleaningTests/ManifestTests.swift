import Core
import Glibc
import Manifests
import Records
import System
import Testing
import Values

/// Several tools of one pipe have the manifest of a folder open at once.
@Suite("Manifest") struct ManifestTests {
  private func add(_ target: String, to manifest: Manifest, from source: String) throws {
    try manifest.append { writer in
      writer.begin(.record)
      writer.add(.target, name: Path(text: target))
      writer.add(.path, name: Path(text: source))
      writer.add(.size, 3)
      writer.end()
    }
  }

  private func targets(_ manifest: Manifest) throws -> [String] {
    var found: [String] = []
    _ = try manifest.forEach { (record) throws(Failure) in
      found.append("\(try record.name(.target) ?? Path())=\(record.ownPath)")
    }
    return found
  }

  private func open(_ scene: Scene) throws -> Manifest {
    try #require(try Manifest(of: try Folder.open(scene.root), creates: true))
  }

  @Test("lines of several owners stand side by side, and the last about a target holds")
  func shared() throws {
    let scene = try Scene()
    let (one, two) = (try open(scene), try open(scene))
    try add("a", to: one, from: "1")
    try add("b", to: two, from: "2")
    try add("a", to: two, from: "3")
    #expect(try targets(one) == ["a=3", "b=2"])
  }

  @Test("who appends does so to the manifest that another owner has put in place")
  func replaced() throws {
    let scene = try Scene()
    let (one, two) = (try open(scene), try open(scene))
    try add("a", to: one, from: "1")
    try add("a", to: one, from: "2")
    try two.compact()
    try add("b", to: one, from: "3")
    try add("c", to: two, from: "4")
    #expect(try targets(try open(scene)) == ["a=2", "b=3", "c=4"])
    #expect(try one.forEach { _ in } == 3)
  }

  @Test("a manifest that somebody removed is begun anew")
  func removed() throws {
    let scene = try Scene()
    let one = try open(scene)
    try add("a", to: one, from: "1")
    _ = scene.root.appending(".s4l/manifest").withCString { unlink($0) }
    try add("b", to: one, from: "2")
    #expect(try targets(try open(scene)) == ["b=2"])
  }

  @Test("what is no file is no manifest, and its name is told")
  func fifo() throws {
    let scene = try Scene()
    scene.folder("root/.s4l")
    _ = scene.root.appending(".s4l/manifest").withCString { mkfifo($0, 0o600) }
    let ground = try Folder.open(scene.root)
    let failure = #expect(throws: Failure.self) { _ = try Manifest(of: ground, creates: true) }
    #expect(failure?.subject == ".s4l/manifest" && failure?.kind == .refused)
  }

  @Test("a line that a crash cut short spoils no other")
  func torn() throws {
    let scene = try Scene()
    let one = try open(scene)
    try add("a", to: one, from: "1")
    try one.append { $0.out.append("{\"type\":\"record\",\"target\":\"b\",\"pa") }
    try add("c", to: one, from: "3")
    #expect(try targets(one) == ["a=1", "c=3"])
    try one.compact()
    #expect(try one.forEach { _ in } == 2)
  }

  @Test("appending and compacting at once loses no line")
  func together() throws {
    let scene = try Scene()
    let place = scene.root
    let workers = (0..<3).compactMap { worker in
      Thread {
        do {
          guard let mine = try Manifest(of: try Folder.open(place), creates: true) else { return }
          for round in 0..<100 {
            try mine.append { writer in
              writer.begin(.record)
              writer.add(.target, name: Path(text: "\(worker)-\(round / 2)"))
              writer.add(.path, name: Path(text: "\(round)"))
              writer.end()
            }
            if round % 10 == worker { try mine.compact() }
          }
        } catch {
          Issue.record("\(error)")
        }
      }
    }
    for worker in workers { worker.join() }
    let found = try targets(try open(scene))
    #expect(found.count == 150)
    #expect(found.allSatisfy { target in target.last.map { "13579".contains($0) } ?? false })
  }
}
