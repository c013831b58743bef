import Bookings
import Core
import Foundation
import Jobs
import Settings
import Support
import Testing
import Values

/// Links below the roots of a PocketBase.
@Suite struct ConfinementTests {
  private let sandbox = Sandbox()

  /// A job that the PocketBase says, or else the file.
  private func run(_ job: String, isDistant: Bool = true) throws {
    let file = """
      [pocketbase]
      url = "http://p"
      roots = ["\(sandbox.folder)/root"]

      [remote.r]
      type = "path"
      path = "\(sandbox.folder)/root"

      """
    let own = Resolution(
      Array((isDistant ? file : file + job).utf8), file: "f", environment: Environment([:]))
    let distant = Distant(Array((isDistant ? job : "").utf8), below: own.bounds)
    #expect(distant.problems.isEmpty)
    let configuration = own.adding(distant, Environment([:])).configuration
    let group = try configuration.job("j")
    if group.section == "sync_jobs" {
      _ = try SyncJob(group, in: configuration)
    } else {
      _ = try StrmJob(group, in: configuration)
    }
  }

  private func sync(_ from: String, _ to: String) -> String {
    "[[sync_jobs]]\nid = \"j\"\nsource_path = \"\(from)\"\ndestination_path = \"\(to)\"\n"
  }

  private func library(_ source: String, _ scanned: String, _ output: String) -> String {
    "[[strm_jobs]]\nid = \"j\"\nsource = \"\(source)\"\nscan_root = \"\(scanned)\"\n"
      + "output_path = \"\(output)\"\nbase_url = \"http://x\"\n"
  }

  @Test("a link below a root leads nowhere else, and what the file says is its own")
  func links() throws {
    _ = sandbox.shell("mkdir -p root/a private; ln -s ../private root/l; ln -s a root/near")
    let root = "\(sandbox.folder)/root"
    for job in [
      sync(root + "/a", root + "/new/b"), sync(root + "/near", "r:b"), sync("r:", "s3://b"),
      library(root, "/near", root + "/out"), library("r:", "a", root + "/out"),
    ] { try run(job) }
    for job in [
      sync(root + "/l", root + "/b"), sync(root + "/a", root + "/l/new"), sync("r:l", root),
      sync(root + "/a", "r:l/x"), sync("file://\(root)/l/", root),
      library(root, "/l", root + "/out"), library("r:", "l", root + "/out"),
      library("r:", "a", root + "/l"),
    ] {
      let failure = #expect(throws: Failure.self, "\(job)") { try run(job) }
      #expect(failure?.kind == .refused, "\(job)")
      try run(job, isDistant: false)
    }
  }
}
