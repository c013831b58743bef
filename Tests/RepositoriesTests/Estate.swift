import Core
import Foundation
import Glibc
import Support
import System
import Testing
import Values

/// A machine with repositories, somebody who changes their files, and a process that watches.
final class Estate {
  let sandbox = Sandbox()
  private(set) var watcher: System.Process?

  /// Repositories of these names, each in a folder of its name, with more keys.
  init(_ names: String..., keys: String = "") {
    var text = ""
    for name in names {
      text += "[[repositories]]\nid = \"\(name)\"\npath = \"\(folder(name))\"\n\(keys)\n"
      shell("mkdir -p \(name)")
    }
    configure(text)
  }

  deinit {
    if let watcher {
      // Its pipes end with it.
      watcher.killGroup()
      _ = try? watcher.wait()
    }
  }

  func folder(_ name: String) -> Path { sandbox.folder.appending(name) }

  func configure(_ text: String) {
    _ = sandbox.shell(
      "mkdir -p \"$XDG_CONFIG_HOME/s4l\" && cat >\"$XDG_CONFIG_HOME/s4l/s4l.toml\"",
      stdin: Array(text.utf8))
  }

  @discardableResult
  func shell(_ script: String, status: Int32 = 0) -> String {
    let outcome = sandbox.shell(script)
    #expect(outcome.status == status, "\(script): \(outcome)")
    return outcome.text
  }

  // MARK: Watching

  func watch(_ names: String...) throws {
    let files = ["out", "err"].map { name in
      sandbox.home.appending(name).withCString {
        open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      }
    }
    defer { for file in files { close(file) } }
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    watcher = try sandbox.start(
      ["s4l-run", "--watch"] + names, stdin: null, stdout: files[0], stderr: files[1])
  }

  func signal(_ number: Int32) {
    if let watcher { Glibc.kill(watcher.identifier, number) }
  }

  /// Waits for the end of the process that watches.
  func ended() throws -> Ended? {
    let ended = try watcher?.wait()
    watcher = nil
    return ended
  }

  var said: String { House.text(sandbox.home.appending("err")) }

  /// What has been written of operations.
  var told: [[String: Any]] { Self.records(House.text(sandbox.home.appending("out"))) }

  /// The processes of a tool that the watcher has started.
  func stages(_ tool: String) -> [pid_t] {
    guard let watcher else { return [] }
    let path = Path(text: "/proc/\(watcher.identifier)/task/\(watcher.identifier)/children")
    return House.text(path).split(separator: " ").compactMap { pid_t($0) }.filter {
      let command = House.text(Path(text: "/proc/\($0)/cmdline")).split(separator: "\0").first
      return command?.hasSuffix("/\(tool)") == true
    }
  }

  // MARK: The index

  static func records(_ text: String) -> [[String: Any]] {
    text.split(separator: "\n").compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
  }

  func history(_ name: String) -> [(kind: String, state: String)] {
    Self.records(sandbox.run(["s4l-index", "history", name, "--limit", "100"]).text).map {
      ($0["operation_type"] as? String ?? "", $0["state"] as? String ?? "")
    }
  }

  func status(_ name: String) -> [String: Any] {
    Self.records(sandbox.run(["s4l-index", "status", name]).text).first ?? [:]
  }

  /// Whether the index says what a fresh listing does, digests included.
  func isTrue(_ name: String) -> Bool {
    let script = """
      s4l-scan --preset clutter \(name) | s4l-hash | grep '"entry"' >../home/seen
      s4l-index export \(name) | grep '"entry"' >../home/known
      cmp -s ../home/seen ../home/known
      """
    return sandbox.shell(script).status == 0
  }

  /// What the index and a fresh listing disagree about, and what was told, for whoever reads of it.
  func account(of name: String) -> String {
    let odds = sandbox.shell("diff ../home/seen ../home/known").text
    return "\(name): \(odds)\n\(House.text(sandbox.home.appending("out")))\n\(said)"
  }

  /// Waits until the index says what is there, and a plan to make it so is empty.
  func converges(_ name: String) -> Bool {
    guard until({ isTrue(name) }) else { return false }
    let plan = sandbox.shell("s4l-index export \(name) | s4l-diff \(folder(name))")
    return plan.text.split(separator: "\n").count == 2
  }
}

/// Looks again and again, for a minute at most.
func until(_ isSo: () -> Bool) -> Bool {
  let end = Clock.elapsed() + 60_000_000_000
  while !isSo() {
    if Clock.elapsed() > end { return false }
    usleep(50_000)
  }
  return true
}
