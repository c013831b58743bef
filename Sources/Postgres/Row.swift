internal import CPq
package import Values

/// A row that was read; it is there as long as `read` runs.
package struct Row {
  private let result: OpaquePointer
  private let number: Int32

  init(_ result: OpaquePointer, _ number: Int32) {
    self.result = result
    self.number = number
  }

  package func isNull(_ column: Int) -> Bool {
    s4l_pq_is_null(result, number, Int32(column)) != 0
  }

  /// The bytes of a value as the server holds it.
  package func bytes(_ column: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: s4l_pq_value(result, number, Int32(column)),
      count: Int(s4l_pq_length(result, number, Int32(column))))
  }

  /// A whole number of any width; 0 if there is none.
  package func int(_ column: Int) -> Int {
    let bytes = bytes(column)
    guard let first = bytes.first else { return 0 }
    return bytes.dropFirst().reduce(Int(Int8(bitPattern: first))) { $0 << 8 | Int($1) }
  }

  package func flag(_ column: Int) -> Bool { bytes(column).first == 1 }

  package func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

  package func blob(_ column: Int) -> [UInt8]? {
    isNull(column) ? nil : Array(bytes(column))
  }

  package func moment(_ column: Int) -> Timestamp? {
    isNull(column) ? nil : Timestamp(microseconds: Int64(int(column)))
  }
}
