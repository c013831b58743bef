internal import CSqlite
package import Values

/// A row that a statement has come to. It is gone when the statement goes on.
package struct Row {
  private let statement: OpaquePointer

  init(_ statement: OpaquePointer) {
    self.statement = statement
  }

  package func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
  }

  package func int(_ column: Int) -> Int {
    Int(sqlite3_column_int64(statement, Int32(column)))
  }

  package func moment(_ column: Int) -> Timestamp { Timestamp(count: int(column)) }

  package func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

  /// The bytes of a text or a blob where SQLite has them; empty if there are none.
  package func bytes(_ column: Int) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_blob(statement, Int32(column))
    return UnsafeRawBufferPointer(
      start: start, count: Int(sqlite3_column_bytes(statement, Int32(column))))
  }

  /// A copy of the bytes; nil if the value is null.
  package func blob(_ column: Int) -> [UInt8]? {
    isNull(column) ? nil : [UInt8](bytes(column))
  }
}
