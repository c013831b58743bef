package import Core
package import Index
internal import Postgres
internal import Values

/// Records as they are asked for.
extension ServerIndex {
  package func record(
    _ path: [UInt8], of repository: Repository
  ) throws(Failure) -> FileRecord? {
    try reading { () throws(Failure) in
      try connection.statement(
        """
        SELECT path_bytes, file_size, mod_time, mtime_ns, content_hash, last_scanned,
          scan_generation, created_at, updated_at
        FROM file_records
        WHERE repository_id = $1::uuid
          AND substring(path_bytes, 1, 1000) = substring($2, 1, 1000) AND path_bytes = $2
        """
      ).first(repository.id, path) { ServerIndex.record($0) }
    }
  }

  package func page(
    of repository: Repository, after path: [UInt8]?, within prefix: [UInt8], atMost count: Int
  ) throws(Failure) -> [FileRecord] {
    try reading { () throws(Failure) in
      var page: [FileRecord] = []
      page.reserveCapacity(count)
      let start = path ?? prefix
      if prefix.isEmpty {
        try connection.statement(
          """
          SELECT path_bytes, file_size, mod_time, mtime_ns, content_hash, last_scanned,
            scan_generation, created_at, updated_at
          FROM file_records
          WHERE repository_id = $1::uuid
            AND substring(path_bytes, 1, 1000) >= substring($2, 1, 1000) AND path_bytes > $2
          ORDER BY substring(path_bytes, 1, 1000), path_bytes LIMIT $3
          """
        ).each(repository.id, start, count) { page.append(ServerIndex.record($0)) }
      } else {
        try connection.statement(
          """
          SELECT path_bytes, file_size, mod_time, mtime_ns, content_hash, last_scanned,
            scan_generation, created_at, updated_at
          FROM file_records
          WHERE repository_id = $1::uuid
            AND substring(path_bytes, 1, 1000)
              BETWEEN substring($2, 1, 1000) AND substring($4, 1, 1000)
            AND path_bytes > $2 AND path_bytes < $4
          ORDER BY substring(path_bytes, 1, 1000), path_bytes LIMIT $3
          """
        ).each(repository.id, start, count, ServerIndex.end(of: prefix)) {
          page.append(ServerIndex.record($0))
        }
      }
      return page
    }
  }

  package func totals(
    of repository: Repository
  ) throws(Failure) -> (files: Int, bytes: Int) {
    try reading { () throws(Failure) in
      try connection.statement(
        """
        SELECT count(*), least(coalesce(sum(file_size), 0), 9223372036854775807)::bigint
        FROM file_records WHERE repository_id = $1::uuid
        """
      ).first(repository.id) { ($0.int(0), $0.int(1)) } ?? (0, 0)
    }
  }

  /// The second is that of `mod_time`, and what is below it is `mtime_ns`.
  private static func record(_ row: Row) -> FileRecord {
    let time = row.moment(2) ?? start
    let nanoseconds = Int32(truncatingIfNeeded: row.int(3))
    return FileRecord(
      path: Array(row.bytes(0)), size: row.int(1),
      time: Timestamp(seconds: time.seconds, nanoseconds: nanoseconds), hash: Array(row.bytes(4)),
      scanned: row.moment(5) ?? start, generation: row.int(6), created: row.moment(7) ?? start,
      updated: row.moment(8) ?? start)
  }

  private static let start = Timestamp(seconds: 0)

  /// What sorts right after all that lies below a folder.
  static func end(of folder: [UInt8]) -> [UInt8] {
    var end = folder
    end[end.count - 1] += 1
    return end
  }
}
