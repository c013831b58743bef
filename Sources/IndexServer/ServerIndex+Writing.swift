package import Core
package import Index
internal import Postgres
internal import Values

/// Changes of records: those of one kind that follow each other go to the server together.
extension ServerIndex {
  package func write(
    _ changes: [Change], of repository: Repository, _ stamp: Stamp
  ) throws(Failure) -> [Flaw] {
    let flaws = try put(changes, repository, stamp)
    turn.present.append(Turn.Written(changes: changes, repository: repository, stamp: stamp))
    return flaws
  }

  func put(
    _ changes: [Change], _ repository: Repository, _ stamp: Stamp
  ) throws(Failure) -> [Flaw] {
    var flaws: [Flaw] = []
    var puts = Puts()
    var removals: [[UInt8]] = []
    for change in changes {
      if case .put = change {} else { try send(&puts, repository, stamp, &flaws) }
      if case .remove = change {} else { try send(&removals, repository) }
      switch change {
      case .put(let record, _):
        if record.path.contains(0) {
          flaws.append(Flaw(record.path, "its name holds a NUL byte"))
          continue
        }
        if puts.has(record.path) || puts.count >= Puts.most {
          try send(&puts, repository, stamp, &flaws)
        }
        puts.add(record)
      case .remove(let path): removals.append(path)
      case .pass(let from, let through): try pass(from, through, repository, stamp)
      case .removeBelow(let folder): try removeBelow(folder, repository)
      }
    }
    try send(&puts, repository, stamp, &flaws)
    try send(&removals, repository)
    return flaws
  }

  private func send(
    _ puts: inout Puts, _ repository: Repository, _ stamp: Stamp, _ flaws: inout [Flaw]
  ) throws(Failure) {
    if puts.count == 0 { return }
    defer { puts = Puts() }
    if !turn.isCareful {
      if puts.count >= Puts.many, try isFree(puts, repository) {
        return try copy(puts, repository, stamp)
      }
      return try send(puts, repository, stamp)
    }
    for record in puts.records {
      var one = Puts()
      one.add(record)
      do throws(Failure) {
        try connection.attempt { () throws(Failure) in try send(one, repository, stamp) }
      } catch {
        if error.kind != .data { throw error }
        flaws.append(Flaw(record.path, error.reason))
      }
    }
  }

  private func send(
    _ puts: Puts, _ repository: Repository, _ stamp: Stamp
  ) throws(Failure) {
    let count = try connection.statement(
      """
      INSERT INTO file_records (repository_id, file_path, path_bytes, file_size, mod_time, mtime_ns,
        content_hash, last_scanned, scan_generation, created_at, updated_at)
      SELECT r.id, u.path, coalesce(u.bytes, convert_to(u.path, 'UTF8')), u.size, u.time, u.ns,
        u.hash, $8, $9, $8, $8
      FROM repositories r, unnest($2, $3, $4, $5, $6, $7) AS u (path, bytes, size, time, ns, hash)
      WHERE r.id = $1::uuid
      ON CONFLICT (
        repository_id, substring(path_bytes, 1, 1000),
        (CASE WHEN octet_length(path_bytes) > 1000 THEN sha256(path_bytes) ELSE '' END))
      DO UPDATE SET file_size = excluded.file_size, mod_time = excluded.mod_time,
        mtime_ns = excluded.mtime_ns, content_hash = excluded.content_hash,
        last_scanned = excluded.last_scanned, scan_generation = excluded.scan_generation,
        updated_at = excluded.updated_at
      """
    ).run(
      repository.id, puts.paths, puts.bytes, puts.sizes, puts.times, puts.nanoseconds, puts.hashes,
      stamp.moment, stamp.generation)
    // Nobody but whoever removes the repository takes its rows away.
    if count == 0, try !exists(repository) { throw ServerIndex.removed(repository) }
  }

  private func exists(_ repository: Repository) throws(Failure) -> Bool {
    try connection.statement("SELECT EXISTS (SELECT FROM repositories WHERE id = $1::uuid)")
      .first(repository.id) { $0.flag(0) } == true
  }

  private func send(_ removals: inout [[UInt8]], _ repository: Repository) throws(Failure) {
    if removals.isEmpty { return }
    try connection.statement(
      """
      DELETE FROM file_records f USING unnest($2) AS u (path)
      WHERE f.repository_id = $1::uuid
        AND substring(f.path_bytes, 1, 1000) = substring(u.path, 1, 1000)
        AND f.path_bytes = u.path
      """
    ).run(repository.id, Column(removals))
    removals = []
  }

  private func pass(
    _ from: [UInt8], _ through: [UInt8], _ repository: Repository, _ stamp: Stamp
  ) throws(Failure) {
    try connection.statement(
      """
      UPDATE file_records SET last_scanned = $4, scan_generation = $5
      WHERE repository_id = $1::uuid
        AND substring(path_bytes, 1, 1000)
          BETWEEN substring($2, 1, 1000) AND substring($3, 1, 1000)
        AND path_bytes BETWEEN $2 AND $3
      """
    ).run(repository.id, from, through, stamp.moment, stamp.generation)
  }

  private func removeBelow(_ folder: [UInt8], _ repository: Repository) throws(Failure) {
    try connection.statement(
      """
      DELETE FROM file_records
      WHERE repository_id = $1::uuid
        AND substring(path_bytes, 1, 1000)
          BETWEEN substring($2, 1, 1000) AND substring($3, 1, 1000)
        AND path_bytes > $2 AND path_bytes < $3
      """
    ).run(repository.id, folder, ServerIndex.end(of: folder))
  }
}

/// Records to be put, column by column.
struct Puts {
  /// So many are worth a look whether they are all new.
  static let many = 16
  /// So many go to the server at once.
  static let most = 2_048

  private(set) var records: [FileRecord] = []
  /// The first and the last of them in byte order.
  private(set) var first: [UInt8] = []
  private(set) var last: [UInt8] = []
  private(set) var paths = Column<String>()
  /// Only where the text does not say it: the bytes of a name that is not UTF-8.
  private(set) var bytes = Column<[UInt8]?>()
  private(set) var sizes = Column<Int>()
  private(set) var times = Column<Timestamp>()
  private(set) var nanoseconds = Column<Int>()
  private(set) var hashes = Column<String?>()
  private var known: Set<[UInt8]> = []

  var count: Int { records.count }

  func has(_ path: [UInt8]) -> Bool { known.contains(path) }

  mutating func add(_ record: FileRecord) {
    if records.isEmpty || record.path.lexicographicallyPrecedes(first) { first = record.path }
    if last.lexicographicallyPrecedes(record.path) { last = record.path }
    records.append(record)
    known.insert(record.path)
    let text = String(decoding: record.path, as: UTF8.self)
    paths.values.append(text)
    bytes.values.append(text.utf8.elementsEqual(record.path) ? nil : record.path)
    sizes.values.append(record.size)
    times.values.append(record.time)
    nanoseconds.values.append(Int(record.time.nanoseconds))
    hashes.values.append(
      record.hash.isEmpty ? nil : String(decoding: record.hash, as: UTF8.self))
  }
}
