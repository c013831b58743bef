package import Core
package import Values

/// A small document of JSON as a value, for what is no stream of records: the payload of a task,
/// the body of a request.
///
/// The grammar is that of RFC 8259 to the letter, nested at most 64 deep. An object in which a name
/// appears twice is refused: readers disagree about which of the two counts.
package indirect enum JSON: Equatable, Sendable {
  case null
  case flag(Bool)
  case integer(Int)
  /// Any other number, as it is written.
  case number(String)
  case text(String)
  case list([JSON])
  /// In the order in which it is written.
  case object([Field])

  package struct Field: Equatable, Sendable {
    package var name: String
    package var value: JSON

    package init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// Reads a document. The failure is of kind `data` and has no subject.
  package init(parsing bytes: UnsafeRawBufferPointer) throws(Failure) {
    guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      throw Parser.flaw("a value is missing")
    }
    var scan = Scanner(start, bytes.count)
    scan.skipSpace()
    self = try JSON(&scan, depth: 0, Buffer(capacity: 256))
    scan.skipSpace()
    guard scan.isAtEnd else { throw Parser.flaw("there are bytes after the value") }
  }

  package init(parsing bytes: [UInt8]) throws(Failure) {
    self = try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try JSON(parsing: UnsafeRawBufferPointer(bytes))
    }
  }

  /// The document on one line, without any spaces.
  package var bytes: [UInt8] {
    let out = Buffer(capacity: 256)
    write(to: out)
    return Array(out.bytes)
  }

  package func write(to out: Buffer) {
    switch self {
    case .null: out.append("null")
    case .flag(let flag): out.append(flag ? "true" : "false")
    case .integer(let number): out.append(integer: number)
    case .number(let digits): out.append(Array(digits.utf8))
    case .text(let text): Writer(out).quote(text)
    case .list(let items):
      out.append(UInt8(ascii: "["))
      for (place, item) in items.enumerated() {
        if place > 0 { out.append(UInt8(ascii: ",")) }
        item.write(to: out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let fields):
      out.append(UInt8(ascii: "{"))
      for (place, field) in fields.enumerated() {
        if place > 0 { out.append(UInt8(ascii: ",")) }
        Writer(out).quote(field.name)
        out.append(UInt8(ascii: ":"))
        field.value.write(to: out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }
}

/// What a value is, if it is that.
extension JSON {
  /// The member of an object; nil where there is none, also because this is no object.
  package subscript(name: String) -> JSON? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.name == name }?.value
  }

  package var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  package var integer: Int? { if case .integer(let number) = self { number } else { nil } }
  package var text: String? { if case .text(let text) = self { text } else { nil } }
  package var list: [JSON]? { if case .list(let items) = self { items } else { nil } }
  package var fields: [Field]? { if case .object(let fields) = self { fields } else { nil } }
}

/// Reading.
extension JSON {
  private static let fewFields = 12

  private init(_ scan: inout Scanner, depth: Int, _ scratch: Buffer) throws(Failure) {
    let isList = scan.take(UInt8(ascii: "["))
    guard isList || scan.take(UInt8(ascii: "{")) else {
      self = try JSON.plain(&scan, scratch)
      return
    }
    guard depth < Scanner.deepest else { throw Parser.flaw("values are nested too deeply") }
    self = try isList ? JSON.list(&scan, depth, scratch) : JSON.object(&scan, depth, scratch)
  }

  /// A value that holds no others.
  private static func plain(_ scan: inout Scanner, _ scratch: Buffer) throws(Failure) -> JSON {
    let start = scan.at
    var isEscaped = false
    let shape = try scan.value(&isEscaped, depth: 0)
    switch shape {
    case .string: return .text(content(scan, from: start, isEscaped, scratch))
    case .flag: return .flag(scan.base[start] == UInt8(ascii: "t"))
    case .number:
      let digits = String(
        decoding: UnsafeBufferPointer(start: scan.base + start, count: scan.at - start),
        as: UTF8.self)
      return Int(digits).map(JSON.integer) ?? .number(digits)
    case .null, .list, .object: return .null
    }
  }

  /// What the string that ends here stands for.
  private static func content(
    _ scan: Scanner, from start: Int, _ isEscaped: Bool, _ scratch: Buffer
  ) -> String {
    let inner = UnsafeRawBufferPointer(start: scan.base + start + 1, count: scan.at - start - 2)
    guard isEscaped else { return String(decoding: inner, as: UTF8.self) }
    scratch.clear()
    Scanner.unescape(inner, scratch)
    return String(decoding: scratch.bytes, as: UTF8.self)
  }

  private static func list(
    _ scan: inout Scanner, _ depth: Int, _ scratch: Buffer
  ) throws(Failure) -> JSON {
    scan.skipSpace()
    if scan.take(UInt8(ascii: "]")) { return .list([]) }
    var items: [JSON] = []
    repeat {
      scan.skipSpace()
      items.append(try JSON(&scan, depth: depth + 1, scratch))
      scan.skipSpace()
    } while scan.take(UInt8(ascii: ","))
    guard scan.take(UInt8(ascii: "]")) else { throw Parser.flaw("expected , or ] in an array") }
    return .list(items)
  }

  private static func object(
    _ scan: inout Scanner, _ depth: Int, _ scratch: Buffer
  ) throws(Failure) -> JSON {
    scan.skipSpace()
    if scan.take(UInt8(ascii: "}")) { return .object([]) }
    var fields: [Field] = []
    // Most objects are so small that looking through their fields is quicker than a set of names.
    var names: Set<String> = []
    repeat {
      scan.skipSpace()
      let start = scan.at
      var isEscaped = false
      try scan.string(&isEscaped)
      let name = content(scan, from: start, isEscaped, scratch)
      if fields.count == JSON.fewFields { names.formUnion(fields.map(\.name)) }
      let isNew =
        fields.count < JSON.fewFields
        ? !fields.contains { $0.name == name } : names.insert(name).inserted
      guard isNew else { throw Parser.flaw("a name appears twice") }
      scan.skipSpace()
      guard scan.take(UInt8(ascii: ":")) else { throw Parser.flaw("expected : after a name") }
      scan.skipSpace()
      fields.append(Field(name, try JSON(&scan, depth: depth + 1, scratch)))
      scan.skipSpace()
    } while scan.take(UInt8(ascii: ","))
    guard scan.take(UInt8(ascii: "}")) else { throw Parser.flaw("expected , or } in an object") }
    return .object(fields)
  }
}
