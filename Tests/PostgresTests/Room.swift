import Core
import Postgres
import Support
import Values

/// A database of one test, and connections to it.
struct Room {
  let database: PostgresServer.Database

  init(_ server: PostgresServer = .shared, _ options: String = "") throws {
    database = try PostgresServer.Database(server, options)
  }

  func address(
    _ text: String? = nil, password: String? = nil, _ environment: [String: String] = [:]
  ) throws(Failure) -> ServerAddress {
    try ServerAddress(
      text ?? database.address, password: Secret(Array((password ?? database.password).utf8)),
      Environment(environment))
  }

  func open() throws(Failure) -> Connection { try Connection(address()) }
}

/// What is thrown.
func failure(_ body: () throws -> Void) -> Failure? {
  do {
    try body()
    return nil
  } catch {
    return error as? Failure
  }
}
