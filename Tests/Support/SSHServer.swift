import Glibc
import Values

/// A real sshd on loopback, with keys of its own, for as long as this process lives. Who logs in is
/// the user that the tests run as.
package final class SSHServer: Sendable {
  package let port: String
  /// Where its keys and its log are; the programs of the sandbox may read what a client needs.
  private let sandbox: Sandbox
  private let server: Server

  package init() {
    sandbox = Sandbox()
    server = Server(
      Path(text: "/usr/bin/python3"),
      ["\(Server.folder.appending("sshd.py"))", "\(sandbox.folder)"])
    port = server.endpoint
  }

  /// The words of a client that runs a command there. Nothing of the machine's own settings counts.
  package func words(_ command: String...) -> [String] {
    let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    return [
      "ssh", "-F", "none", "-p", port, "-l", user, "-i", "\(sandbox.folder)/key", "-o",
      "UserKnownHostsFile=\(sandbox.folder)/known", "-o", "GlobalKnownHostsFile=none", "-o",
      "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
      "127.0.0.1",
    ] + command
  }

  /// What it said for itself, for when a test fails.
  package var log: String { House.text(sandbox.folder.appending("log")) }
}
