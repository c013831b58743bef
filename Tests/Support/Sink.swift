import Core
import Foundation
import Glibc
import Values

/// An S3 server that costs nothing and checks nothing: it swallows what is put, gives objects named
/// size-N, and lists as many keys as it is told to. `Tests/Servers/sink.c` says more.
package final class Sink: Sendable {
  private let server: Server

  package var endpoint: String { server.endpoint }
  package var variables: [String] { Server.variables(endpoint) }

  package init(keys: Int = 0, folderSize: Int = 1_000) {
    server = Server(Sink.program, ["\(keys)", "\(folderSize)"])
  }

  /// How many requests of each kind there were: put, part, create, complete, get, head, list,
  /// delete, delete-many, other.
  package func counts() throws -> [String: Int] {
    let told = Sandbox.run(
      ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "curl", "-s", "\(endpoint)/-/counts"],
      stdin: [], within: 60)
    return try JSONDecoder().decode([String: Int].self, from: Data(told.output))
  }

  /// It is compiled once, as the sources are.
  private static let program: Path = {
    let program = House.products.appending("sink-of-tests")
    let source = Server.folder.appending("sink.c")
    let done = Sandbox.run(
      ["/usr/bin/env", "cc", "-O2", "-o", "\(program)", "\(source)", "-lcrypto"], stdin: [],
      within: 300)
    precondition(done.status == 0, "\(done)")
    return program
  }()
}
