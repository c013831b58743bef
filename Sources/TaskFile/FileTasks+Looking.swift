package import Core
internal import SQL
internal import System
package import Tasks
internal import Values

/// Looking at queues. Nothing here stands in the way of those who write.
extension FileTasks {
  package func queues() throws(Failure) -> [QueueCount] {
    let today = Int(Clock.now().seconds / 86_400)
    var queues: [(number: Int, count: QueueCount)] = []
    try database.statement(
      """
      SELECT number, name, paused IS NOT NULL, queue.processed, queue.failed,
        coalesce(day.processed, 0), coalesce(day.failed, 0),
        (SELECT since FROM task WHERE queue = number AND state = 0 ORDER BY rank LIMIT 1)
      FROM queue LEFT JOIN day ON day.queue = number AND day = ?1 ORDER BY name
      """
    ).each(today) {
      var count = QueueCount($0.text(1))
      count.isPaused = $0.int(2) == 1
      count.processed = $0.int(3)
      count.failed = $0.int(4)
      count.processedToday = $0.int(5)
      count.failedToday = $0.int(6)
      if !$0.isNull(7) { count.oldest = $0.moment(7) }
      queues.append(($0.int(0), count))
    }
    let states = try database.statement(
      "SELECT state, count(*) FROM task WHERE queue = ?1 GROUP BY state")
    for place in queues.indices {
      try states.each(queues[place].number) {
        queues[place].count.counts[Place.state($0.int(0)), default: 0] += $0.int(1)
      }
    }
    return queues.map(\.count)
  }

  package func find(_ id: String, in queue: String?) throws(Failure) -> Standing? {
    if let queue {
      return try database.statement(
        """
        SELECT task.* FROM task JOIN queue ON number = queue WHERE id = ?1 AND name = ?2
        """
      ).first(id, queue) { $0.standing(queue) }
    }
    return try database.statement(
      "SELECT task.*, name FROM task JOIN queue ON number = queue WHERE id = ?1 ORDER BY name"
    ).first(id) { $0.standing($0.text(.queueName)) }
  }

  /// The rows are read in pages, and told between two of them: however long the caller takes, the
  /// log of the database does not wait for him.
  package func list(
    _ queue: String, _ state: State, _ each: (Standing) throws(Failure) -> Void
  ) throws(Failure) {
    guard let number = try number(queue) else { return }
    var edge = (rank: Int.min, row: Int.min)
    while true {
      var page: [Standing] = []
      var size = 0
      try rows(state, number, edge) { row in
        edge = (row.int(.rank), row.int(.row))
        page.append(row.standing(queue))
        size += row.bytes(Column.payload.rawValue).count + row.bytes(Column.result.rawValue).count
        return page.count < FileTasks.pageCount && size < FileTasks.pageSize
      }
      if page.isEmpty { return }
      for standing in page { try each(standing) }
    }
  }

  private static let pageCount = 256
  private static let pageSize = 1 << 20

  /// The rows of a state beyond an edge, in order of rank. Places are never shared, but moments
  /// are, by thousands of tasks at times: of those of one moment the rows tell which were seen.
  private func rows(
    _ state: State, _ queue: Int, _ edge: (rank: Int, row: Int), _ read: (Row) -> Bool
  ) throws(Failure) {
    switch state {
    case .pending:
      try database.statement(
        """
        SELECT * FROM task WHERE queue = ?1 AND state = 0 AND rank > ?2
        UNION ALL
        SELECT * FROM task WHERE queue = ?1 AND state = 6 AND rank > ?2
        ORDER BY rank
        """
      ).scan(queue, edge.rank, while: read)
    default:
      try database.statement(
        """
        SELECT * FROM task WHERE queue = ?1 AND state = ?2 AND rank = ?3 AND row > ?4
        UNION ALL
        SELECT * FROM task WHERE queue = ?1 AND state = ?2 AND rank > ?3
        ORDER BY rank, row
        """
      ).scan(queue, Place.number(state), edge.rank, edge.row, while: read)
    }
  }
}
