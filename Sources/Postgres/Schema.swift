package import Core

/// What a database holds of ours: the steps by which its tables came to be what they are now.
///
/// A step that was released is not changed any more; what is to be otherwise becomes a new one.
package struct Schema: Sendable {
  /// The number by which what belongs to this is told from what belongs to others, and the lock
  /// under which the steps are done.
  package let mark: Int
  package let steps: [StaticString]

  package init(mark: Int, _ steps: StaticString...) {
    self.mark = mark
    self.steps = steps
  }
}

extension Connection {
  /// Brings the tables to where the schema has them now. Returns from which step to which.
  @discardableResult
  package func adopt(_ schema: Schema) throws(Failure) -> (from: Int, to: Int) {
    let known = try standing(schema)
    if known == schema.steps.count { return (known, known) }
    return try repeatable { () throws(Failure) in
      try lock(schema.mark)
      try run(
        """
        CREATE TABLE IF NOT EXISTS s4l_schema (
          mark bigint PRIMARY KEY, version bigint NOT NULL)
        """)
      let done = try standing(schema)
      for step in schema.steps.dropFirst(done) { try run(step) }
      try statement(
        """
        INSERT INTO s4l_schema (mark, version) VALUES ($1, $2)
        ON CONFLICT (mark) DO UPDATE SET version = excluded.version
        """
      ).run(schema.mark, schema.steps.count)
      return (done, schema.steps.count)
    }
  }

  /// How many steps were done; tables of a later version are refused.
  package func standing(_ schema: Schema) throws(Failure) -> Int {
    let exists = try statement("SELECT to_regclass('s4l_schema') IS NOT NULL").first { $0.flag(0) }
    if exists != true { return 0 }
    let done = try statement("SELECT version FROM s4l_schema WHERE mark = $1").first(schema.mark) {
      $0.int(0)
    }
    if let done, done > schema.steps.count {
      throw Failure(.data, name, "its tables were made by a newer version")
    }
    return done ?? 0
  }
}
