import Core
import Testing
import Values

@testable import Settings

/// Where the jobs of a PocketBase may lie.
@Suite struct BoundsTests {
  private static let file = """
    [pocketbase]
    url = "http://p"
    roots = ["/srv"]

    [remote.inside]
    type = "path"
    path = "/srv/in"

    [remote.outside]
    type = "path"
    path = "/home"

    [remote.whole]
    type = "path"

    [remote.nas]
    type = "webdav"
    endpoint = "http://nas"
    """

  private func configuration(_ file: String) -> Configuration {
    Resolution(Array(file.utf8), file: "f", environment: Environment([:])).configuration
  }

  private func isLeftOut(_ target: String, _ file: String = BoundsTests.file) -> Bool {
    let job =
      "[[sync_jobs]]\nid = \"a\"\nsource_path = \"/srv/a\"\ndestination_path = \"\(target)\"\n"
    let distant = Distant(Array(job.utf8), below: Bounds(configuration(file)))
    #expect(distant.errors == [])
    return distant.groups.isEmpty
  }

  @Test("a remote that is a folder of this machine is held to the roots as a path is")
  func remotes() {
    for target in ["inside:x", "inside:", "inside:/", "nas:x", "nas:", "s3://b/p", "az://c"] {
      #expect(!isLeftOut(target), "\(target)")
    }
    for target in ["outside:x", "whole:srv/../etc", "whole:etc", "inside:../../etc", "nas:../x"] {
      #expect(isLeftOut(target), "\(target)")
    }
    #expect(!isLeftOut("whole:srv/x") && !isLeftOut("outside:x", "") && isLeftOut("x:../x", ""))
  }

  @Test("a server that a login would go to is named by the file alone", arguments: ["", file])
  func servers(file: String) {
    let schemes = [
      "dav", "davs", "openlist", "openlists", "clouddrive", "clouddrives", "DAV", "http", "evil",
    ]
    for scheme in schemes { #expect(isLeftOut("\(scheme)://127.0.0.1:1/x", file), "\(scheme)") }
  }

  @Test("the folder where a scan begins is no way out", arguments: ["/../etc", "..", "a/../.."])
  func scanned(root: String) {
    let job =
      "[[strm_jobs]]\nid = \"a\"\nsource = \"inside:\"\noutput_path = \"/srv/o\"\n"
      + "scan_root = \"\(root)\"\n"
    #expect(Distant(Array(job.utf8)).errors.map(\.key) == ["strm_jobs.a.scan_root"])
    let own = Resolution(
      Array((BoundsTests.file + "\n" + job).utf8), file: "f", environment: Environment([:]))
    #expect(own.errors.map(\.key) == ["strm_jobs.a.scan_root"])
  }
}
