import Foundation
import Values

/// A real PostgreSQL server with a folder of its own, on a free port of loopback and a socket, for
/// as long as somebody holds this; `Tests/Servers/postgres.py` says what there is to ask of it.
package final class PostgresServer: Sendable {
  /// The one that the tests share. It does not wait for the disk.
  package static let shared = PostgresServer(["--no-fsync"])

  package let folder: Path
  package let port: Int
  /// The password of `admin`, who may do everything.
  package let password: String
  private let server: Server

  package init(_ options: [String] = []) {
    server = Server(
      Path(text: "/usr/bin/python3"), ["\(Server.folder.appending("postgres.py"))"] + options)
    guard
      let told = try? JSONSerialization.jsonObject(with: Data(server.endpoint.utf8)),
      let members = told as? [String: Any], let folder = members["folder"] as? String,
      let port = members["port"] as? Int, let password = members["password"] as? String
    else { preconditionFailure("\(server.endpoint) is no answer") }
    self.folder = Path(text: folder)
    self.port = port
    self.password = password
  }

  /// What the server refused, in its words.
  package struct Refusal: Error { package var words: String }

  /// What somebody else's client gets for a statement: lines, of which `|` parts the columns.
  @discardableResult
  package func ask(_ sql: String, in database: String = "postgres") throws -> String {
    let answer = try server.ask(["sql": sql, "database": database])
    if let words = answer["error"] as? String { throw Refusal(words: words) }
    return answer["rows"] as? String ?? ""
  }

  /// Ends it: cleanly, or as if it were killed, without writing down what is only in memory.
  package func stop(_ how: String = "fast") throws { _ = try server.ask(["stop": how]) }

  package func start() throws {
    let answer = try server.ask(["start": true])
    if let words = answer["error"] as? String { throw Refusal(words: words) }
  }

  package var log: String { House.text(folder.appending("log")) }

  /// An empty database of one test and the one who owns it.
  package final class Database: Sendable {
    package let server: PostgresServer
    package let name: String
    package var password: String { "p/w:\(name)@?%#" }

    package init(_ server: PostgresServer = .shared, _ options: String = "") throws {
      self.server = server
      name = Server.freshName()
      try server.ask("CREATE ROLE \"\(name)\" LOGIN PASSWORD '\(password)'")
      try server.ask("CREATE DATABASE \"\(name)\" OWNER \"\(name)\" \(options)")
    }

    deinit {
      // A server that was stopped is gone with all its databases.
      _ = try? server.ask("DROP DATABASE \"\(name)\" WITH (FORCE)")
      _ = try? server.ask("DROP ROLE \"\(name)\"")
    }

    /// Where it is, without the password.
    package var address: String { "postgresql://\(name)@127.0.0.1:\(server.port)/\(name)" }
    package var variables: [String] { ["PGPASSWORD=\(password)"] }

    @discardableResult
    package func ask(_ sql: String) throws -> String { try server.ask(sql, in: name) }
  }
}
