package import Core
package import Index
package import Postgres
internal import System
package import Values

/// The index on a PostgreSQL server, for the processes of any number of machines.
///
/// Turns are written down by the server soon after they are done, not at once: `Turn` says how
/// nothing is lost by that.
package final class ServerIndex: RecordStore {
  package let name: String
  /// A turn is some ways to and fro, whatever is written in it.
  package let batch = 2_000
  let connection: Connection
  /// What this process holds, by the numbers of the locks.
  var held: Set<Int> = []
  var turn = Turn()

  /// Opens the index; its tables are made if they are missing.
  package init(_ address: ServerAddress) throws(Failure) {
    // All that is asked here is found by an index, whatever the server thinks of its tables.
    connection = try Connection(
      address, usual: "SET enable_seqscan = off; SET enable_bitmapscan = off")
    name = connection.name
    try connection.adopt(.index)
    try connection.run("SET synchronous_commit = off")
  }

  // MARK: Repositories

  package func repositories() throws(Failure) -> [Repository] {
    try reading { () throws(Failure) in
      var all: [Repository] = []
      try connection.statement(
        "SELECT id::text, name, path, area, generation FROM repositories ORDER BY name"
      ).each { row in
        all.append(
          Repository(
            id: row.text(0), name: row.text(1), folder: Path(row.bytes(2)),
            area: Path(row.bytes(3)), generation: row.int(4)))
      }
      return all
    }
  }

  package func add(_ repository: Repository, at now: Timestamp) throws(Failure) {
    try lasting { () throws(Failure) in
      let taken = try connection.statement(
        "SELECT count(*) FROM repositories WHERE id = $1::uuid OR name = $2"
      ).first(repository.id, repository.name) { $0.int(0) }
      if taken != 0 {
        throw Failure(.usage, repository.name, "there is a repository of this name")
      }
      try connection.statement(
        """
        INSERT INTO repositories (id, name, path, area, created_at)
        VALUES ($1::uuid, $2, $3, $4, $5)
        """
      ).run(repository.id, repository.name, repository.folder.bytes, repository.area.bytes, now)
    }
  }

  package func forget(_ repository: Repository) throws(Failure) -> Int {
    try lasting { () throws(Failure) in
      let count = try connection.statement(
        "DELETE FROM file_records WHERE repository_id = $1::uuid"
      ).run(repository.id)
      try connection.statement("DELETE FROM repositories WHERE id = $1::uuid").run(repository.id)
      return count
    }
  }

  // MARK: Inside

  /// Asks for something that changes nothing: again, if the server has gone and come back. Within
  /// a turn it is the whole turn that is taken again.
  func reading<Answer>(_ body: () throws(Failure) -> Answer) throws(Failure) -> Answer {
    do throws(Failure) { return try body() } catch {
      if !connection.isBroken || turn.isOpen { throw error }
    }
    try connection.reopen()
    try recover()
    return try body()
  }
}
