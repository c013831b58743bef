internal import Core
internal import Records
internal import Store
internal import Values

/// A question to a plugin while it is written: a line of JSON.
struct Message {
  private let out: Buffer
  private let writer: Writer

  init(_ out: Buffer, _ verb: StaticString, _ number: String) {
    self.out = out
    writer = Writer(out)
    out.append("{\"type\":\"")
    out.append(verb)
    out.append(UInt8(ascii: "\""))
    add("id", text: number)
  }

  func end() { writer.end() }

  func add(_ member: Member, _ number: Int) { writer.add(member, number) }
  func add(_ member: Member, _ time: Timestamp) { writer.add(member, time) }
  func add(_ member: Member, name: Path) { writer.add(member, name: name) }
  func add(_ member: Member, text: String) { writer.add(member, text: text) }
  func add(_ member: Member, _ fingerprint: Fingerprint) { writer.add(member, fingerprint) }

  // What follows is not part of the stream, but of this protocol alone.

  func add(_ name: StaticString, text: String) {
    key(name)
    writer.quote(text)
  }

  func add(_ name: StaticString, _ flag: Bool) {
    key(name)
    out.append(flag ? "true" : "false")
  }

  /// A name, as names are written everywhere: in base64 if it is no UTF-8.
  func add(_ name: StaticString, name value: Path) {
    if let text = String(validating: value.bytes, as: UTF8.self) { return add(name, text: text) }
    out.append(",\"")
    out.append(name)
    out.append("_bytes\":\"")
    value.bytes.withUnsafeBytes { out.append(Base64.encode($0)) }
    out.append(UInt8(ascii: "\""))
  }

  private func key(_ name: StaticString) {
    out.append(",\"")
    out.append(name)
    out.append("\":")
  }
}

extension Record {
  func saysTrue(undeclared name: String) -> Bool {
    raw(undeclared: name)?.elementsEqual("true".utf8) == true
  }

  func integer(undeclared name: String) -> Int? {
    raw(undeclared: name).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
  }

  /// The failure that an answer tells.
  func told() throws(Failure) -> Failure {
    guard let word = try text(.kind), let kind = Failure.Kind(rawValue: word) else {
      throw Failure(.data, "", "\"kind\" names no kind of failure")
    }
    return Failure(kind, "", try text(.reason) ?? "it failed")
  }

  /// The file that an answer tells of; nil if it does not tell its size.
  func object() throws(Failure) -> Object? {
    guard let size = try integer(.size) else { return nil }
    var object = Object(size: size)
    object.mtime = try time(.mtime)
    object.stored = try time(.stored)
    object.etag = bytes(.etag)
    object.storageClass = try text(.storageClass)
    object.sha256 = try text(.sha256)
    object.md5 = try text(.md5)
    object.crc64nvme = try text(.crc64nvme)
    return object
  }

  /// Calls `body` with the file that a listing tells.
  func view(_ body: (Listed.View) throws(Failure) -> Void) throws(Failure) {
    guard let path, let size = try integer(.size) else { return }
    var view = Listed.View(path: path, size: size)
    view.mtime = try time(.mtime)
    view.stored = try time(.stored)
    let etag = bytes(.etag)
    let storageClass = bytes(.storageClass)
    try Record.lent(etag) { (etag) throws(Failure) in
      view.etag = etag
      try Record.lent(storageClass) { (storageClass) throws(Failure) in
        view.storageClass = storageClass
        try body(view)
      }
    }
  }

  private static func lent(
    _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Void
  ) throws(Failure) {
    guard let bytes else { return try body(nil) }
    try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try body(UnsafeRawBufferPointer(bytes))
    }
  }
}
