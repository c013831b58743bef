import Core
import Pipeline
import Settings
import Support
import System
import Testing
import Values

/// The files that may be under way at once, shared by all runs.
@Suite struct ShareTests {
  private let sandbox = Sandbox()

  @Test(
    "each run has an equal share of them, and never more than all",
    arguments: [("", "25"), ("7 2", "3"), ("3 8", "1"), ("1 1", "1")])
  func shares(row: (String, String)) throws {
    let numbers = row.0.split(separator: " ")
    var text = ""
    if numbers.count == 2 {
      text =
        "[concurrency]\nmax_file_operations = \(numbers[0])\nmax_concurrent_syncs = \(numbers[1])\n"
    }
    House.write(Array(text.utf8), to: sandbox.folder.appending("c.toml"))
    let environment = Environment(["HOME": "\(sandbox.home)"])
    let loaded = try Resolution.load(sandbox.folder.appending("c.toml"), environment)
    let share = loaded.configuration.share
    #expect(share.name == "S4L_MOST_FILES" && share.value == row.1)
  }

  @Test("a job hands it on to what copies")
  func handed() {
    // A store of somebody else's, which tells what it finds in its environment.
    _ = sandbox.shell(
      """
      mkdir -p bin from; echo a >from/a
      printf '#!/bin/sh\\necho "$S4L_MOST_FILES" >%s/seen\\nexit 69\\n' "$PWD" >bin/s4l-store-odd
      chmod 755 bin/s4l-store-odd
      cat >c.toml <<'END'
      [[sync_jobs]]
      id = "a"
      source_path = "from"
      destination_path = "odd://place"
      [concurrency]
      max_file_operations = 9
      max_concurrent_syncs = 3
      END
      """)
    _ = sandbox.shell("PATH=$PWD/bin:$PATH s4l-run a --config c.toml 2>said")
    #expect(sandbox.shell("cat seen").text == "3\n", "\(sandbox.shell("cat said").text)")
  }
}
