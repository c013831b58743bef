package import Core
package import Index
internal import SQL
internal import System
package import Values

/// The index in a file, for the processes of one machine.
///
/// A loss of power may take the latest turns with it, and never half of one: the files themselves
/// tell again what was lost.
package final class FileIndex: RecordStore {
  package let name: String
  package let batch = 100
  let database: Database

  /// Opens the index of a file; it and its folder are made if they are missing.
  package init(_ path: Path) throws(Failure) {
    database = try Database(path, .index, .process)
    name = "\(path)"
  }

  // MARK: Repositories

  package func repositories() throws(Failure) -> [Repository] {
    var all: [Repository] = []
    try database.statement(
      "SELECT id, name, path, area, generation FROM repositories ORDER BY name"
    ).each { row in
      all.append(
        Repository(
          id: row.text(0), name: row.text(1), folder: Path(row.bytes(2)), area: Path(row.bytes(3)),
          generation: row.int(4)))
    }
    return all
  }

  package func add(_ repository: Repository, at now: Timestamp) throws(Failure) {
    try database.transaction { () throws(Failure) in
      let isTaken = try database.statement(
        "SELECT 1 FROM repositories WHERE id = ?1 OR name = ?2"
      ).finds(repository.id, repository.name)
      if isTaken { throw Failure(.usage, repository.name, "there is a repository of this name") }
      try database.statement(
        "INSERT INTO repositories (id, name, path, area, created_at) VALUES (?1, ?2, ?3, ?4, ?5)"
      ).run(repository.id, repository.name, repository.folder.bytes, repository.area.bytes, now)
    }
  }

  package func forget(_ repository: Repository) throws(Failure) -> Int {
    let count = try database.transaction { () throws(Failure) in
      let count = try database.statement(
        "DELETE FROM file_records WHERE repository_id = ?1"
      ).run(repository.id)
      try database.statement("DELETE FROM sync_operations WHERE repository_id = ?1")
        .run(repository.id)
      try database.statement("DELETE FROM repositories WHERE id = ?1").run(repository.id)
      return count
    }
    // Somebody at work keeps his.
    for purpose in Purpose.allCases { try Holding.discard(place(repository, purpose)) }
    return count
  }

  // MARK: Turns

  package func transaction(_ body: () throws(Failure) -> Void) throws(Failure) {
    try database.transaction(body)
  }

  package func hold(
    _ repository: Repository, _ purpose: Purpose, waits: Bool
  ) throws(Failure) -> (any Hold)? {
    try Holding.take(place(repository, purpose), waits: waits)
  }

  package func isHeld(_ repository: Repository, _ purpose: Purpose) throws(Failure) -> Bool {
    try Holding.isTaken(place(repository, purpose))
  }

  private func place(_ repository: Repository, _ purpose: Purpose) -> Path {
    Path(database.path.bytes + Array("-\(purpose.rawValue)-\(repository.id)".utf8))
  }
}

extension Holding: Hold {}
