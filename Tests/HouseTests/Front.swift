import Support
import Testing

/// What a stranger reads first.
@Suite struct Front {
  /// The shell blocks of the README, in order.
  static let pipelines: [String] = {
    var blocks: [String] = []
    var isInside = false
    for line in House.text(House.root.appending("README.md")).split(separator: "\n") {
      if line == "```sh" {
        isInside = true
        blocks.append("")
      } else if line == "```" {
        isInside = false
      } else if isInside {
        blocks[blocks.count - 1] += line + "\n"
      }
    }
    return blocks
  }()

  @Test("the README shows five pipelines on one screen")
  func screen() {
    #expect(Front.pipelines.count == 5)
    #expect(House.text(House.root.appending("README.md")).split(separator: "\n").count <= 60)
  }

  @Test("the pipelines of the README work, one after the other, as against `make gateway`")
  func pipelines() throws {
    let gateway = Gateway.shared
    _ = try gateway.boto.call("create_bucket", ["Bucket": "bucket"])
    let sandbox = Sandbox()
    let setup = sandbox.shell(
      "mkdir -p photos/2024 backup/2023 && echo a >photos/2024/a.jpg && echo b >photos/b.jpg && "
        + "cp -a photos/b.jpg backup && echo old >backup/2023/old.jpg")
    #expect(setup.status == 0)
    for pipeline in Front.pipelines {
      let outcome = sandbox.run(
        ["bash", "-o", "pipefail", "-c", pipeline], environment: gateway.variables)
      #expect(outcome.status == 0, "\(pipeline)\(outcome)")
    }
    let same = sandbox.shell("diff -r photos backup && diff -r photos restored")
    #expect(same.status == 0 && same.output.isEmpty, "\(same)")
    let listed = sandbox.run(
      ["s4l-ls", "--human", "s3://bucket"], environment: gateway.variables)
    let names = listed.text.split(separator: "\n").compactMap { $0.split(separator: " ").last }
    #expect(names == ["photos/2024/a.jpg", "photos/b.jpg"], "\(listed)")
  }

  @Test("help lists every tool and what it is for")
  func help() throws {
    let text = Sandbox().run(["s4l", "help"]).text
    for tool in House.tools where tool != "s4l" {
      let summary = try Description.of(tool).summary
      let name = tool.dropFirst("s4l-".count)
      let lines = text.split(separator: "\n").filter { $0.hasPrefix("  \(name) ") }
      #expect(lines.count == 1 && lines[0].hasSuffix(" " + summary), "\(tool)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("help of a tool that has no manual installed is its own")
  func fallback() {
    let sandbox = Sandbox()
    for tool in House.tools where tool != "s4l" {
      let name = String(tool.dropFirst("s4l-".count))
      let outcome = sandbox.run(["s4l", "help", name], environment: ["MANPATH=/nowhere"])
      #expect(outcome.text.hasPrefix("Usage: \(tool) "), "\(tool)")
    }
  }
}
