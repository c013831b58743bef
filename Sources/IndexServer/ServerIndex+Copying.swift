internal import Core
internal import Index
internal import Postgres
internal import Values

/// Records of which none can be known yet: they go to the server as a copy, which takes it a third
/// of the time, as it need not look for what is in their way.
extension ServerIndex {
  /// Whether nothing is known between the first and the last of them. That cannot change before
  /// they are written, as nobody else has the turn.
  func isFree(_ puts: Puts, _ repository: Repository) throws(Failure) -> Bool {
    let isFree = try connection.statement(
      """
      SELECT NOT EXISTS (
        SELECT FROM file_records
        WHERE repository_id = $1::uuid
          AND substring(path_bytes, 1, 1000)
            BETWEEN substring($2, 1, 1000) AND substring($3, 1, 1000))
      FROM repositories WHERE id = $1::uuid
      """
    ).first(repository.id, puts.first, puts.last) { $0.flag(0) }
    guard let isFree else { throw ServerIndex.removed(repository) }
    return isFree
  }

  func copy(_ puts: Puts, _ repository: Repository, _ stamp: Stamp) throws(Failure) {
    // A UUID is sixteen bytes to the server.
    let id = Hex.decode(repository.id.utf8.filter { $0 != UInt8(ascii: "-") }) ?? []
    try connection.copy(
      into: """
        COPY file_records (repository_id, file_path, path_bytes, file_size, mod_time, mtime_ns,
          content_hash, last_scanned, scan_generation, created_at, updated_at)
        FROM STDIN (FORMAT binary)
        """
    ) { (rows) throws(Failure) in
      rows.begin()
      for (place, record) in puts.records.enumerated() {
        rows.row(of: 11)
        rows.bytes.append(field: id)
        rows.bytes.append(field: puts.paths.values[place])
        rows.bytes.append(field: record.path)
        rows.bytes.append(field: record.size)
        rows.bytes.append(field: record.time)
        rows.bytes.append(field: puts.nanoseconds.values[place])
        rows.bytes.append(field: puts.hashes.values[place])
        rows.bytes.append(field: stamp.moment)
        rows.bytes.append(field: stamp.generation)
        rows.bytes.append(field: stamp.moment)
        rows.bytes.append(field: stamp.moment)
        try rows.sendEnough()
      }
      rows.end()
    }
  }
}
