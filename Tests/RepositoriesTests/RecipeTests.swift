import Support
import Testing
import Values

/// The section on Lumilio of s4l-recipes(7) is done as it is written.
@Suite("The recipe of Lumilio") struct RecipeTests {
  /// The literal blocks of the section, as they read.
  static let blocks = House.recipes("LUMILIO")

  @Test("its configuration is valid, and all of its commands do what they are there for")
  func commands() throws {
    let estate = Estate()
    func placed(_ block: String) -> String {
      block.replacing("/srv/", with: "\(estate.sandbox.folder)/")
    }
    let configuration = try #require(Self.blocks.first { $0.hasPrefix("[[repositories]]") })
    // What is tried here is not how slow it is.
    estate.configure(placed(configuration).replacing("max_cpu_percent = 10\n", with: ""))
    estate.shell("mkdir -p photos/user/2024 films; echo a >photos/user/2024/beach.jpg")
    estate.shell("echo a >films/a.mkv; echo b >films/b.txt")
    let commands = Self.blocks.filter { $0.hasPrefix("s4l ") }.flatMap { block in
      block.hasSuffix("@tsv'\n") ? [block] : block.split(separator: "\n").map { "\($0)\n" }
    }
    #expect(commands.count >= 12)
    try estate.watch()
    #expect(until { estate.told.count >= 2 }, "\(estate.said)")
    for command in commands where command != "s4l run --watch\n" {
      let outcome = estate.sandbox.run(["bash", "-o", "pipefail", "-c", placed(command)])
      #expect(outcome.status == 0 && !outcome.output.isEmpty, "\(command)\(outcome)")
    }
    let plan = estate.shell(placed("s4l index export photos | s4l diff /srv/photos/user"))
    #expect(plan.split(separator: "\n").count == 2, "\(plan)")
    let shown = Estate.records(estate.shell("s4l index list films"))
    #expect(shown.map { $0["path"] as? String } == ["a.mkv"])
  }

  @Test("the other configurations that it shows are valid")
  func configurations() {
    let blocks = Self.blocks.filter { $0.hasPrefix("[") && !$0.hasPrefix("[Unit]") }
    #expect(!blocks.isEmpty)
    for block in blocks {
      let sandbox = Sandbox()
      House.write(Array(block.utf8), to: sandbox.folder.appending("s4l.toml"))
      let outcome = sandbox.run(["s4l-conf", "validate", "--config", "s4l.toml"])
      #expect(outcome.status == 0, "\(block)\(outcome)")
    }
  }
}
