import Core
import Support
import System
import Testing
import Values

@testable import s4l_hook

@Suite struct RootsTests {
  private let sandbox = Sandbox()

  private func path(_ name: String) -> Path { sandbox.folder.appending(name) }

  private func kind(_ roots: Roots, _ name: String) -> String {
    do throws(Failure) {
      switch try roots.source(path(name)) {
      case .folder: return "folder"
      case .file: return "file"
      }
    } catch {
      return error.kind.rawValue
    }
  }

  @Test("a source lies below a root, wherever links and dots lead")
  func below() throws {
    let made = sandbox.shell(
      """
      mkdir -p root/full root/empty root-not/full && echo a >root/full/a && echo b >root-not/full/b
      ln -s ../root-not root/out && ln -s full root/in && ln -s root rootlink
      ln -s loop root/loop
      ln -s /etc/passwd root/passwd && mkfifo root/fifo && ln -s nowhere root/dangling
      """)
    #expect(made.status == 0)
    let roots = try Roots([path("rootlink")])
    for (name, wanted) in [
      ("root/full", "folder"), ("root/full/", "folder"), ("root/full/a", "file"),
      ("root/in", "folder"), ("rootlink/full", "folder"), ("root/full/../full/./a", "file"),
      ("root", "folder"), ("root/../root-not/full", "refused"), ("root-not/full", "refused"),
      ("root/out", "refused"), ("root/out/full/b", "refused"), ("root/passwd", "refused"),
      ("root/..", "refused"), ("root/nowhere/../../root-not/full", "refused"),
      ("root/empty", "data"), ("root/absent", "data"), ("root/absent/deeper", "data"),
      ("root/fifo", "data"), ("root/full/a/b", "refused"), ("root/loop", "refused"),
      ("root/dangling", "data"), ("absent", "refused"),
    ] {
      #expect(kind(roots, name) == wanted, "\(name)")
    }
    #expect(kind(try Roots([]), "root/full") == "refused")
    #expect(kind(try Roots([Path(text: "/")]), "root/full") == "folder")
    #expect(throws: Failure.self) { try Roots([Path(text: "relative")]) }
    guard case .folder(let name) = try roots.source(path("root/in")) else { return }
    #expect(try name == path("root/full").resolved())
  }
}
