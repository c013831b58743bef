import Core
import Glibc
import System
import Values

/// An empty folder for one test, and a way to run programs in it that sees nothing of the machine
/// but the system's own programs and ours.
///
/// Programs run without privileges, for root may do everything and permission tests would lie: the
/// folder is handed to the user nobody when the tests run as root.
package final class Sandbox: Sendable {
  package let folder: Path
  /// What the programs see as their home; it is not inside `folder`, which starts out empty.
  package let home: Path
  private let top: Path

  package static var isRoot: Bool { geteuid() == 0 }
  private static let nobody: uid_t = 65_534

  package init() {
    var template = Array("/tmp/s4l-test-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no folder can be made in /tmp")
    top = Path(template.dropLast().map { UInt8(bitPattern: $0) })
    folder = top.appending("work")
    home = top.appending("home")
    for path in [folder, home] { path.withCString { _ = mkdir($0, 0o755) } }
    if Sandbox.isRoot {
      for path in [top, folder, home] {
        path.withCString { _ = chown($0, Sandbox.nobody, Sandbox.nobody) }
      }
    }
  }

  deinit {
    // A test may have taken permissions away from its folders.
    for words in [["chmod", "-R", "u+rwX", "\(top)"], ["rm", "-rf", "\(top)"]] {
      _ = Sandbox.run(["/usr/bin/env"] + words, stdin: [], within: 60)
    }
  }

  /// What a program left behind when it had ended.
  package struct Outcome: Sendable, CustomStringConvertible {
    package var output: [UInt8]
    package var errors: [UInt8]
    /// Nil if it did not end in time and was killed.
    package var ended: Ended?

    /// The status as a shell tells it.
    package var status: Int32 {
      switch ended {
      case .exited(let status): status
      case .signalled(let signal): 128 + signal
      case nil: -1
      }
    }
    package var text: String { String(decoding: output, as: UTF8.self) }
    package var complaint: String { String(decoding: errors, as: UTF8.self) }
    package var description: String { "\(status) stdout: \(text) stderr: \(complaint)" }
  }

  /// The environment that every program gets.
  package var variables: [String] {
    [
      "PATH=\(Products.folder):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C",
      "TZ=UTC0", "TERM=dumb", "HOME=\(home)", "TMPDIR=\(home)", "XDG_CONFIG_HOME=\(home)/config",
      "XDG_STATE_HOME=\(home)/state", "XDG_CACHE_HOME=\(home)/cache",
      "XDG_RUNTIME_DIR=\(home)/runtime", "SWIFT_BACKTRACE=enable=no",
    ]
  }

  /// Runs a program by its words. `seconds` only bounds how long a broken one may hang.
  package func run(
    _ words: [String], stdin: [UInt8] = [], environment: [String] = [], asRoot: Bool = false,
    within seconds: Int64 = 120
  ) -> Outcome {
    Sandbox.run(launch(asRoot: asRoot, environment) + words, stdin: stdin, within: seconds)
  }

  /// Runs a script under `sh`.
  package func shell(
    _ script: String, stdin: [UInt8] = [], environment: [String] = [], asRoot: Bool = false,
    within seconds: Int64 = 120
  ) -> Outcome {
    run(
      ["sh", "-c", script], stdin: stdin, environment: environment, asRoot: asRoot, within: seconds)
  }

  /// Starts a program that the test talks to while it runs, or ends.
  package func start(
    _ words: [String], stdin: Int32? = nil, stdout: Int32? = nil, stderr: Int32? = nil,
    environment: [String] = []
  ) throws(Failure) -> System.Process {
    let all = launch(asRoot: false, environment) + words
    return try .start(
      program: Path(text: all[0]), arguments: all.dropFirst().map { Array($0.utf8) },
      stdin: stdin, stdout: stdout, stderr: stderr, group: .own)
  }

  /// Every word of this chain becomes the next one, so that the process is the program itself.
  private func launch(asRoot: Bool, _ environment: [String]) -> [String] {
    let drop =
      Sandbox.isRoot && !asRoot
      ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] : []
    return ["/usr/bin/env", "-i", "-C", "\(folder)"] + variables + environment + drop
  }

  static func run(_ words: [String], stdin: [UInt8], within seconds: Int64) -> Outcome {
    do throws(Failure) {
      let input = try Scratch()
      let output = try Scratch()
      let errors = try Scratch()
      stdin.withUnsafeBytes { _ = write(input.descriptor, $0.baseAddress, $0.count) }
      try input.rewind()
      let child = try System.Process.start(
        program: Path(text: words[0]), arguments: words.dropFirst().map { Array($0.utf8) },
        stdin: input.descriptor, stdout: output.descriptor, stderr: errors.descriptor, group: .own)
      let ended = try child.wait(within: seconds * 1_000_000_000)
      if ended == nil {
        child.killGroup()
        _ = try child.wait()
      }
      try output.rewind()
      try errors.rewind()
      return Outcome(
        output: House.drain(output.descriptor), errors: House.drain(errors.descriptor),
        ended: ended)
    } catch {
      preconditionFailure(error.message)
    }
  }
}

/// The folder from which the programs under test are run: where they were built, or copies where
/// an ordinary user can reach them.
package enum Products {
  package static let folder: Path = {
    let probe = ["--reuid=65534", "--regid=65534", "--clear-groups", "test", "-x"]
    let built = House.products
    if !Sandbox.isRoot { return built }
    let seen = Sandbox.run(
      ["/usr/bin/setpriv"] + probe + ["\(built.appending("s4l"))"], stdin: [], within: 60)
    if seen.status == 0 { return built }
    let copies = "/tmp/s4l-products-\(getpid())"
    let tools = House.tools.map { "\(built.appending($0))" }.joined(separator: " ")
    let script = "mkdir -p \(copies) && cp -l \(tools) \(copies) || cp \(tools) \(copies)"
    _ = Sandbox.run(["/bin/sh", "-c", script], stdin: [], within: 60)
    return Path(text: copies)
  }()
}
