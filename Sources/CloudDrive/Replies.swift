internal import Core
internal import Protobuf
internal import Values

/// What became of something that was to be done. The call itself went well either way.
struct Deed {
  private(set) var isDone = false
  private(set) var words = ""

  /// Nil where the bytes are no such message.
  init?(_ message: UnsafeRawBufferPointer) {
    var reader = Reader(message)
    while let field = reader.next() {
      switch field.number {
      case 1: isDone = field.flag ?? false
      case 2: words = field.bytes.map { Path.visible($0.prefix(500)) } ?? ""
      default: break
      }
    }
    if !reader.isWhole { return nil }
  }

  /// The one within the answer to making a folder.
  init?(inFolderResult message: UnsafeRawBufferPointer) {
    var reader = Reader(message)
    var deed: Deed?
    while let field = reader.next() {
      if field.number == 2, let bytes = field.bytes { deed = Deed(bytes) }
    }
    guard reader.isWhole, let deed else { return nil }
    self = deed
  }

  /// Why it was not done; nil if it was.
  func failure(_ what: String) -> Failure? {
    isDone
      ? nil : Failure(.io, "", "\(what): \(words.isEmpty ? "the server gives no reason" : words)")
  }
}

/// The answer of a login.
struct Login {
  private(set) var isDone = false
  private(set) var words = ""
  private(set) var token: [UInt8] = []

  init?(_ message: UnsafeRawBufferPointer) {
    var reader = Reader(message)
    while let field = reader.next() {
      switch field.number {
      case 1: isDone = field.flag ?? false
      case 2: words = field.bytes.map { Path.visible($0.prefix(500)) } ?? ""
      case 3: token = field.bytes.map { Array($0) } ?? []
      default: break
      }
    }
    if !reader.isWhole { return nil }
  }
}

/// A message of which one number matters, the first.
struct FirstNumber {
  private(set) var value = 0

  init?(_ message: UnsafeRawBufferPointer) {
    var reader = Reader(message)
    while let field = reader.next() {
      if field.number == 1 { value = field.integer ?? 0 }
    }
    if !reader.isWhole { return nil }
  }
}
