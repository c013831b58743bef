internal import CSqlite
package import Core
internal import Glibc

/// A question or an order to a database, understood once and asked as often as is wanted.
///
/// It is not asked anew while its rows are still being read.
package final class Statement {
  private let handle: OpaquePointer
  private unowned let database: Database

  init(_ handle: OpaquePointer, _ database: Database) {
    self.handle = handle
    self.database = database
  }

  deinit {
    sqlite3_finalize(handle)
  }

  /// Carries it out; how many rows it has changed.
  @discardableResult
  package func run(_ values: any Bindable...) throws(Failure) -> Int {
    defer { reset() }
    try bind(values)
    while try step() {}
    return database.changes
  }

  /// Hands over a value ahead of `run`: for statements that are carried out a million times, for
  /// which the list that `run` takes would be too dear.
  package func place(_ value: some Bindable, at place: Int) throws(Failure) {
    let code = value.bind(to: handle, at: Int32(place))
    if code != SQLITE_OK { throw database.failure(code) }
  }

  /// What the first row tells, if there is one.
  package func first<Answer>(
    _ values: any Bindable..., read: (Row) throws(Failure) -> Answer
  ) throws(Failure) -> Answer? {
    defer { reset() }
    try bind(values)
    return try step() ? try read(row) : nil
  }

  /// Whether there is any row.
  package func finds(_ values: any Bindable...) throws(Failure) -> Bool {
    defer { reset() }
    try bind(values)
    return try step()
  }

  /// Calls for each row.
  package func each(
    _ values: any Bindable..., read: (Row) throws(Failure) -> Void
  ) throws(Failure) {
    try rows(values) { (row) throws(Failure) in
      try read(row)
      return true
    }
  }

  /// Calls for each row for as long as the answer is true.
  package func scan(
    _ values: any Bindable..., while read: (Row) throws(Failure) -> Bool
  ) throws(Failure) {
    try rows(values, read)
  }

  private func rows(
    _ values: [any Bindable], _ read: (Row) throws(Failure) -> Bool
  ) throws(Failure) {
    defer { reset() }
    try bind(values)
    while try step(), try read(row) {}
  }

  private var row: Row { Row(handle) }

  private func bind(_ values: [any Bindable]) throws(Failure) {
    var code = sqlite3_stmt_busy(handle) == 0 ? SQLITE_OK : SQLITE_MISUSE
    for (place, value) in values.enumerated() where code == SQLITE_OK {
      code = value.bind(to: handle, at: Int32(place + 1))
    }
    if code != SQLITE_OK { throw database.failure(code) }
  }

  private func step() throws(Failure) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw database.failure(code)
    }
  }

  /// What stopped it was told when it did.
  private func reset() { sqlite3_reset(handle) }
}
