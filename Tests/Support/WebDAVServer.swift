import Foundation
import Glibc
import Values

/// The real WebDAV servers of this test process, each over a folder on this machine. One starts
/// when a test first wants it.
package final class WebDAVServer: Sendable {
  package enum Kind: String, CaseIterable, Sendable { case apache, rclone }

  package static let apache = WebDAVServer(.apache)
  package static let rclone = WebDAVServer(.rclone)

  package static func shared(_ kind: Kind) -> WebDAVServer {
    switch kind {
    case .apache: apache
    case .rclone: rclone
    }
  }

  package static let user = "reader"
  package static let password = "pass:word ä"
  package static let variables = ["WEBDAV_USER=\(user)", "WEBDAV_PASSWORD=\(password)"]

  package let kind: Kind
  /// `http://host:port`.
  package let endpoint: String
  /// Where its files are.
  package let folder: Path
  private let server: Server

  /// One of its own, that of apache behind TLS where it is given a certificate and its key.
  package init(_ kind: Kind, _ certificate: [Path] = []) {
    self.kind = kind
    server = Server(python: "dav_\(kind.rawValue).py", certificate.map { "\($0)" })
    guard
      let told = try? JSONSerialization.jsonObject(with: Data(server.endpoint.utf8)),
      let members = told as? [String: String], let endpoint = members["endpoint"],
      let folder = members["folder"]
    else { preconditionFailure("\(server.endpoint) is no answer") }
    self.endpoint = endpoint
    self.folder = Path(text: folder)
  }

  /// What stands before the path of a file, where the server wants to know who asks.
  package var base: String { kind == .apache ? "basic" : "some/base" }

  /// Where an empty folder of this name is, as a location.
  package func location(_ name: String) -> String {
    endpoint.replacing("http", with: "dav", maxReplacements: 1) + "/\(base)/\(name)"
  }

  /// Makes an empty folder for one test, which the server may write into.
  package func makeFolder() -> String {
    let name = Server.freshName()
    let path = folder.appending(name)
    path.withCString { _ = mkdir($0, 0o755) }
    hand(path)
    return name
  }

  /// Hands what a test has put there to the user that the server is.
  package func hand(_ path: Path) {
    if kind == .apache, Sandbox.isRoot { path.withCString { _ = chown($0, 65_534, 65_534) } }
  }

  /// The same for a folder and all in it.
  package func hand(all path: Path) {
    guard kind == .apache, Sandbox.isRoot else { return }
    _ = Sandbox.run(["/usr/bin/chown", "-R", "65534:65534", "\(path)"], stdin: [], within: 60)
  }

  /// The lines of the server's log about what lies below a name: method, path, status, depth, and
  /// how the request proved who asks. A line is written after its answer was sent, so there are
  /// waited for as many as there have to be.
  package func requests(_ name: String, atLeast count: Int) -> [[String]] {
    for _ in 0..<30_000 {
      let lines = House.text(folder.parent.appending("log")).split(separator: "\n").map {
        $0.split(separator: " ").map(String.init)
      }.filter { $0.count >= 5 && $0[1].contains("/\(name)") }
      if lines.count >= count { return lines }
      usleep(1_000)
    }
    return []
  }
}
