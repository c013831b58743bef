package import Core
package import Index
internal import SQL
internal import Values

extension FileIndex {
  package func write(
    _ changes: [Change], of repository: Repository, _ stamp: Stamp
  ) throws(Failure) -> [Flaw] {
    var flaws: [Flaw] = []
    for change in changes {
      do throws(Failure) { try write(change, repository.id, stamp) } catch {
        guard error.kind == .data, case .put(let record, _) = change else { throw error }
        flaws.append(Flaw(record.path, error.reason))
      }
    }
    return flaws
  }

  private func write(_ change: Change, _ id: String, _ stamp: Stamp) throws(Failure) {
    switch change {
    case .put(let record, _): try put(record, id, stamp)
    case .pass(let from, let through):
      try database.statement(
        """
        UPDATE file_records SET last_scanned = ?4, scan_generation = ?5
        WHERE repository_id = ?1 AND file_path BETWEEN ?2 AND ?3
        """
      ).run(id, Letters(from), Letters(through), stamp.moment, stamp.generation)
    case .remove(let path):
      try database.statement(
        "DELETE FROM file_records WHERE repository_id = ?1 AND file_path = ?2"
      ).run(id, Letters(path))
    case .removeBelow(let folder):
      try database.statement(
        """
        DELETE FROM file_records
        WHERE repository_id = ?1 AND file_path > ?2 AND file_path < ?3
        """
      ).run(id, Letters(folder), Letters(FileIndex.end(of: folder)))
    }
  }

  private func put(_ record: FileRecord, _ id: String, _ stamp: Stamp) throws(Failure) {
    let statement = try database.statement(
      """
      INSERT INTO file_records (repository_id, file_path, file_size, mod_time, content_hash,
        last_scanned, scan_generation, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?6)
      ON CONFLICT (repository_id, file_path) DO UPDATE SET file_size = ?3, mod_time = ?4,
        content_hash = ?5, last_scanned = ?6, scan_generation = ?7, updated_at = ?6
      """)
    try statement.place(id, at: 1)
    try statement.place(Letters(record.path), at: 2)
    try statement.place(record.size, at: 3)
    try statement.place(record.time, at: 4)
    try statement.place(record.hash.isEmpty ? nil : Letters(record.hash), at: 5)
    try statement.place(stamp.moment, at: 6)
    try statement.place(stamp.generation, at: 7)
    try statement.run()
  }

  package func record(
    _ path: [UInt8], of repository: Repository
  ) throws(Failure) -> FileRecord? {
    try database.statement(
      """
      SELECT file_path, file_size, mod_time, content_hash, last_scanned, scan_generation,
        created_at, updated_at
      FROM file_records WHERE repository_id = ?1 AND file_path = ?2
      """
    ).first(repository.id, Letters(path)) { FileIndex.record($0) }
  }

  package func page(
    of repository: Repository, after path: [UInt8]?, within prefix: [UInt8], atMost count: Int
  ) throws(Failure) -> [FileRecord] {
    var page: [FileRecord] = []
    page.reserveCapacity(count)
    let start = Letters(path ?? prefix)
    if prefix.isEmpty {
      try database.statement(
        """
        SELECT file_path, file_size, mod_time, content_hash, last_scanned, scan_generation,
          created_at, updated_at
        FROM file_records WHERE repository_id = ?1 AND file_path > ?2
        ORDER BY file_path LIMIT ?3
        """
      ).each(repository.id, start, count) { page.append(FileIndex.record($0)) }
    } else {
      try database.statement(
        """
        SELECT file_path, file_size, mod_time, content_hash, last_scanned, scan_generation,
          created_at, updated_at
        FROM file_records WHERE repository_id = ?1 AND file_path > ?2 AND file_path < ?4
        ORDER BY file_path LIMIT ?3
        """
      ).each(repository.id, start, count, Letters(FileIndex.end(of: prefix))) {
        page.append(FileIndex.record($0))
      }
    }
    return page
  }

  package func totals(
    of repository: Repository
  ) throws(Failure) -> (files: Int, bytes: Int) {
    try database.statement(
      "SELECT count(*), total(file_size) FROM file_records WHERE repository_id = ?1"
    ).first(repository.id) { ($0.int(0), $0.int(1)) } ?? (0, 0)
  }

  private static func record(_ row: Row) -> FileRecord {
    FileRecord(
      path: Array(row.bytes(0)), size: row.int(1), time: row.moment(2), hash: Array(row.bytes(3)),
      scanned: row.moment(4), generation: row.int(5), created: row.moment(6),
      updated: row.moment(7))
  }

  /// What sorts right after all that lies below a folder.
  private static func end(of folder: [UInt8]) -> [UInt8] {
    var end = folder
    end[end.count - 1] += 1
    return end
  }
}
