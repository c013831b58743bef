internal import CPq
package import Core
internal import Values

/// One text, made ready by the server when it is first run in a life of the connection.
package struct Statement {
  /// What the connection remembers of it.
  final class Known {
    fileprivate let text: StaticString
    fileprivate let name: String
    fileprivate let values = Buffer()
    /// In which life it was made ready.
    fileprivate var life = -1

    init(_ text: StaticString, _ number: Int) {
      self.text = text
      name = "s4l\(number)"
    }
  }

  private let known: Known
  private let connection: Connection

  init(_ known: Known, _ connection: Connection) {
    self.known = known
    self.connection = connection
  }

  /// Runs it and returns how many rows it has changed.
  @discardableResult
  package func run(_ values: any Parameter...) throws(Failure) -> Int {
    try send(values)
    return try results { _ in }
  }

  /// What `read` makes of the first row, nil if there is none.
  package func first<Answer>(
    _ values: any Parameter..., read: (Row) throws(Failure) -> Answer
  ) throws(Failure) -> Answer? {
    try send(values)
    var answer: Answer?
    try results { (row) throws(Failure) in
      if answer == nil { answer = try read(row) }
    }
    return answer
  }

  /// Calls `read` with every row. They are held one at a time, so there may be any number; until
  /// the last, the connection can do nothing else.
  package func each(
    _ values: any Parameter..., read: (Row) throws(Failure) -> Void
  ) throws(Failure) {
    try send(values)
    if s4l_pq_single_row(connection.handle) == 0 { throw connection.failure(nil) }
    try results(read)
  }

  // MARK: Inside

  private func send(_ values: [any Parameter]) throws(Failure) {
    try makeReady(values)
    let bytes = known.values
    bytes.clear()
    var places: [Int] = []
    var lengths: [Int32] = []
    for value in values {
      let place = bytes.count
      places.append(value.write(to: bytes) ? place : -1)
      lengths.append(Int32(bytes.count - place))
    }
    // An empty value is one all the same: its pointer is not null.
    let base = bytes.base
    let pointers = places.map { place in
      place < 0
        ? nil : UnsafeRawPointer(base + place).assumingMemoryBound(to: CChar.self) as UnsafePointer?
    }
    let formats = [Int32](repeating: 1, count: values.count)
    let isSent = s4l_pq_send(
      connection.handle, known.name, Int32(values.count), pointers, lengths, formats)
    if isSent == 0 { throw connection.failure(nil) }
  }

  private func makeReady(_ values: [any Parameter]) throws(Failure) {
    if known.life == connection.life { return }
    let types = values.map { type(of: $0).type }
    let words = UnsafeRawPointer(known.text.utf8Start).assumingMemoryBound(to: CChar.self)
    let result = s4l_pq_prepare(
      connection.handle, known.name, words, Int32(types.count), types)
    defer { s4l_pq_clear(result) }
    if s4l_pq_kind(result) != PGRES_COMMAND_OK { throw connection.failure(result) }
    known.life = connection.life
  }

  /// Takes all that comes in answer, so that the next statement can be sent. What `read` throws
  /// counts more than what the server says behind it.
  @discardableResult
  private func results(_ read: (Row) throws(Failure) -> Void) throws(Failure) -> Int {
    var failure: Failure?
    var changes = 0
    while let result = s4l_pq_result(connection.handle) {
      defer { s4l_pq_clear(result) }
      switch s4l_pq_kind(result) {
      case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_COMMAND_OK:
        do throws(Failure) {
          for row in 0..<s4l_pq_rows(result) where failure == nil {
            try read(Row(result, row))
          }
        } catch {
          failure = error
        }
        changes = s4l_pq_changes(result).flatMap { Int(String(cString: $0)) } ?? 0
      default:
        if failure == nil { failure = connection.failure(result) }
      }
    }
    if let failure { throw failure }
    if connection.isBroken { throw connection.failure(nil) }
    return changes
  }
}
