import Support
import Values

/// A folder, a home with its configuration, and the gateway, for tests of how a store is reached.
///
/// Nothing of the gateway is in the environment: what the tests say is all that the tools know.
struct Desk {
  let sandbox = Sandbox()
  let gateway = Gateway.shared

  static let quiet = ["AWS_EC2_METADATA_DISABLED=true"]
  static let keys = ["AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=testtest"] + quiet

  /// Writes a file into the home.
  func write(_ text: String, _ name: String) {
    let folder = name.split(separator: "/").dropLast().joined(separator: "/")
    _ = sandbox.shell("mkdir -p \"$HOME/\(folder)\"")
    House.write(Array(text.utf8), to: sandbox.home.appending(name))
  }

  func configure(_ text: String) { write(text, "config/s4l/s4l.toml") }

  func run(_ script: String, _ environment: [String] = Desk.quiet) -> Sandbox.Outcome {
    sandbox.shell(script, environment: environment)
  }

  /// The paths that s4l-ls tells, one a line.
  func list(
    _ location: String, _ options: String = "", _ environment: [String] = Desk.keys
  ) -> Sandbox.Outcome {
    run(
      "s4l-ls \(options) '\(location)' >list; e=$?; "
        + "sed -n 's/.*entry\",\"path\":\"\\([^\"]*\\).*/\\1/p' list; exit $e", environment)
  }
}
