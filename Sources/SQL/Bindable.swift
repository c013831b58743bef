internal import CSqlite
package import Values

/// A value that can stand for a parameter of a statement.
package protocol Bindable {
  /// Hands the value over, as a copy; the code is that of SQLite.
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32
}

extension Int: Bindable {
  package func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    sqlite3_bind_int64(statement, place, Int64(self))
  }
}

extension Bool: Bindable {
  package func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    sqlite3_bind_int(statement, place, self ? 1 : 0)
  }
}

/// Text is its bytes in UTF-8, NUL bytes among them.
extension String: Bindable {
  package func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    var text = self
    return text.withUTF8 { bytes in
      let start = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
      return sqlite3_bind_text64(
        statement, place, start ?? Blank.start, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
    }
  }
}

/// A text that is whatever bytes it is made of: the name of a file.
package struct Letters: Bindable {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Blank.start
      return sqlite3_bind_text64(
        statement, place, start, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
    }
  }
}

extension [UInt8]: Bindable {
  package func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    withUnsafeBytes { bytes in
      sqlite3_bind_blob64(
        statement, place, bytes.baseAddress ?? UnsafeRawPointer(Blank.start), UInt64(bytes.count),
        copied)
    }
  }
}

/// A moment is its nanoseconds since 1970; what lies beyond their reach is the last of them.
extension Timestamp: Bindable {
  package func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    sqlite3_bind_int64(statement, place, Int64(count))
  }

  package var count: Int {
    let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let sum = whole.partialValue.addingReportingOverflow(Int64(nanoseconds))
    if whole.overflow || sum.overflow { return seconds < 0 ? .min : .max }
    return Int(sum.partialValue)
  }

  package init(count: Int) {
    let rest = count % 1_000_000_000
    self.init(
      seconds: Int64(count / 1_000_000_000 - (rest < 0 ? 1 : 0)),
      nanoseconds: Int32(rest < 0 ? rest + 1_000_000_000 : rest))
  }
}

extension Optional: Bindable where Wrapped: Bindable {
  package func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    switch self {
    case .some(let value): value.bind(to: statement, at: place)
    case .none: sqlite3_bind_null(statement, place)
    }
  }
}

/// Where nothing begins: a null pointer would mean that there is no value at all.
private enum Blank {
  private static let bytes: StaticString = ""
  static var start: UnsafePointer<CChar> {
    UnsafeRawPointer(bytes.utf8Start).assumingMemoryBound(to: CChar.self)
  }
}

/// Tells SQLite to take a copy: what it is given does not outlive the call.
private var copied: sqlite3_destructor_type? {
  unsafeBitCast(-1, to: sqlite3_destructor_type?.self)
}
