import Core
import Glibc
import Index
import IndexServer
import Postgres
import Support
import System
import Values

/// A database on a real server.
final class ServerSite: Site {
  let database: PostgresServer.Database

  init(_ server: PostgresServer = .shared, _ options: String = "") throws {
    database = try PostgresServer.Database(server, options)
  }

  var address: String { database.address }
  var variables: [String] { database.variables }

  /// Whoever was killed may still have something done for it; that is waited for.
  func open() throws(Failure) -> any RecordStore {
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = "
    let end = Clock.elapsed() + 20_000_000_000
    do {
      while try database.server.ask(asked + "'\(database.name)'") != "0\n", Clock.elapsed() < end {
        usleep(2_000)
      }
    } catch {
      throw Failure(.unavailable, address, "\(error)")
    }
    return try server()
  }

  func server() throws(Failure) -> ServerIndex {
    try ServerIndex(
      ServerAddress(address, password: Secret(Array(database.password.utf8)), Environment([:])))
  }
}
