package import Core
package import Index
internal import Postgres
package import Values

extension ServerIndex {
  package func begin(
    _ kind: Operation.Kind, of repository: Repository, at now: Timestamp
  ) throws(Failure) -> Operation {
    try lasting { () throws(Failure) in
      let step = kind == .realtime ? 0 : 1
      let generation = try connection.statement(
        """
        UPDATE repositories SET generation = generation + $2 WHERE id = $1::uuid
        RETURNING generation
        """
      ).first(repository.id, step) { $0.int(0) }
      guard let generation else { throw ServerIndex.removed(repository) }
      let number = try connection.statement(
        """
        INSERT INTO sync_operations (repository_id, operation_type, start_time, status)
        VALUES ($1::uuid, $2, $3, 'running') RETURNING id
        """
      ).first(repository.id, kind.rawValue, now) { $0.int(0) }
      var operation = Operation(number ?? 0, kind, start: now)
      operation.generation = generation
      return operation
    }
  }

  static func removed(_ repository: Repository) -> Failure {
    Failure(.absent, repository.name, "the repository was removed meanwhile")
  }

  package func note(_ operation: Operation) throws(Failure) {
    _ = try lasting { () throws(Failure) in
      try connection.statement(
        """
        UPDATE sync_operations SET files_scanned = $2, files_added = $3, files_updated = $4,
          files_removed = $5, end_time = $6, duration_ms = $7, status = $8, error_message = $9
        WHERE id = $1
        """
      ).run(
        operation.number, operation.scanned, operation.added, operation.updated,
        operation.removed, operation.end, operation.milliseconds, operation.state.rawValue,
        operation.reason.map(ServerIndex.text))
    }
  }

  /// The server takes no NUL in a text.
  static func text(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 != 0 }, as: UTF8.self)
  }

  package func abandon(
    _ kinds: [Operation.Kind], of repository: Repository, at now: Timestamp, _ reason: String
  ) throws(Failure) {
    _ = try lasting { () throws(Failure) in
      try connection.statement(
        """
        UPDATE sync_operations SET status = 'failed', end_time = $3, error_message = $4
        WHERE repository_id = $1::uuid AND operation_type = ANY ($2) AND status = 'running'
        """
      ).run(
        repository.id, Column(kinds.map(\.rawValue)), now, ServerIndex.text(reason))
    }
  }

  package func operations(
    of repository: Repository, atMost count: Int
  ) throws(Failure) -> [Operation] {
    try reading { () throws(Failure) in
      var all: [Operation] = []
      try connection.statement(
        """
        SELECT id, operation_type, start_time, status, files_scanned, files_added, files_updated,
          files_removed, end_time, duration_ms, error_message
        FROM sync_operations WHERE repository_id = $1::uuid ORDER BY id DESC LIMIT $2
        """
      ).each(repository.id, count) { row in
        var operation = Operation(
          row.int(0), Operation.Kind(rawValue: row.text(1)) ?? .realtime,
          start: row.moment(2) ?? Timestamp(seconds: 0),
          state: Operation.State(rawValue: row.text(3)) ?? .failed)
        operation.scanned = row.int(4)
        operation.added = row.int(5)
        operation.updated = row.int(6)
        operation.removed = row.int(7)
        operation.end = row.moment(8)
        operation.milliseconds = row.isNull(9) ? nil : row.int(9)
        operation.reason = row.isNull(10) ? nil : row.text(10)
        all.append(operation)
      }
      return all
    }
  }

  package func prune(
    _ repository: Repository, keeping count: Int, before moment: Timestamp
  ) throws(Failure) -> Int {
    try lasting { () throws(Failure) in
      try connection.statement(
        """
        DELETE FROM sync_operations WHERE repository_id = $1::uuid AND status <> 'running'
          AND start_time < $3 AND id NOT IN (
            SELECT id FROM sync_operations WHERE repository_id = $1::uuid
            ORDER BY id DESC LIMIT $2)
        """
      ).run(repository.id, count, moment)
    }
  }
}
