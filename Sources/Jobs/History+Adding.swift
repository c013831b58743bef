internal import Annals
internal import Core
internal import Pipeline
internal import Records
internal import SQL
internal import Values

extension History {
  func add(_ summary: Summary) throws(Failure) {
    let text = Buffer(capacity: 512)
    summary.write(Writer(text))
    try database.transaction { () throws(Failure) in
      try database.statement(
        """
        INSERT INTO run (
          id, job, started, duration, status, files, copied, failed, summary, deleted, bytes, dry
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """
      ).run(
        summary.run, summary.job, summary.started, Int(summary.duration.nanoseconds),
        Int(summary.status.rawValue), summary.total, summary.uploaded, summary.failed,
        String(decoding: text.bytes, as: UTF8.self), summary.deleted, summary.bytes,
        summary.isDry)
      try database.statement(
        "DELETE FROM run WHERE number <= (SELECT max(number) FROM run) - ?1"
      ).run(History.most)
    }
  }
}
