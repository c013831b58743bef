internal import CPq
package import Core
package import Values

/// Many rows at once, in either direction, without holding them.
extension Connection {
  /// Runs a COPY ... FROM STDIN and sends what `body` writes. If it throws, nothing is kept.
  /// Returns how many rows there were.
  @discardableResult
  package func copy(
    into text: StaticString, _ body: (CopyIn) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    try begin(text, PGRES_COPY_IN)
    let rows = CopyIn(self)
    do throws(Failure) {
      try body(rows)
      try rows.flush()
    } catch {
      if s4l_pq_put_end(handle, "given up") == 1 {
        while let result = s4l_pq_result(handle) { s4l_pq_clear(result) }
      }
      throw error
    }
    if s4l_pq_put_end(handle, nil) != 1 { throw failure(nil) }
    return try end()
  }

  /// Runs a COPY ... TO STDOUT and hands over what comes, row by row.
  package func copy(
    from text: StaticString, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try begin(text, PGRES_COPY_OUT)
    var objection: Failure?
    while true {
      var bytes: UnsafeMutablePointer<CChar>?
      let count = s4l_pq_get(handle, &bytes)
      defer { s4l_pq_free(bytes) }
      if count <= 0 { break }
      // What nobody wants is taken nevertheless: the connection is needed for what comes next.
      if objection != nil { continue }
      do throws(Failure) {
        try body(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      } catch {
        objection = error
      }
    }
    if let objection {
      while let result = s4l_pq_result(handle) { s4l_pq_clear(result) }
      throw objection
    }
    _ = try end()
  }

  private func begin(_ text: StaticString, _ kind: ExecStatusType) throws(Failure) {
    let result = s4l_pq_run(
      handle, UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self))
    defer { s4l_pq_clear(result) }
    if s4l_pq_kind(result) != kind { throw failure(result) }
  }

  private func end() throws(Failure) -> Int {
    var problem: Failure?
    var rows = 0
    while let result = s4l_pq_result(handle) {
      defer { s4l_pq_clear(result) }
      if s4l_pq_kind(result) != PGRES_COMMAND_OK {
        if problem == nil { problem = failure(result) }
      } else {
        rows = s4l_pq_changes(result).flatMap { Int(String(cString: $0)) } ?? 0
      }
    }
    if let problem { throw problem }
    if isBroken { throw failure(nil) }
    return rows
  }
}

/// Rows on their way to a server. They gather to a piece of some size before they go.
package final class CopyIn {
  private static let piece = 65_536
  private let connection: Connection
  /// What is to be sent: bytes as the form of the COPY has them.
  package let bytes = Buffer(capacity: 2 * CopyIn.piece)

  init(_ connection: Connection) { self.connection = connection }

  /// What stands before the rows in binary form.
  package func begin() {
    bytes.append("PGCOPY\n")
    bytes.append([0xFF, 13, 10, 0] as [UInt8])
    bytes.append(big: Int64(0))
  }

  /// Begins a row in binary form; its fields follow with `append(field:)`, then `sendEnough`.
  package func row(of fields: Int) { bytes.append(big: Int16(fields)) }

  /// What stands behind the rows in binary form.
  package func end() { bytes.append(big: Int16(-1)) }

  /// Sends what there is, if it is enough.
  package func sendEnough() throws(Failure) {
    if bytes.count >= CopyIn.piece { try flush() }
  }

  func flush() throws(Failure) {
    if bytes.count == 0 { return }
    let isSent = bytes.bytes.withMemoryRebound(to: CChar.self) { bytes in
      s4l_pq_put(connection.handle, bytes.baseAddress, Int32(bytes.count))
    }
    bytes.clear()
    if isSent != 1 { throw connection.failure(nil) }
  }
}
