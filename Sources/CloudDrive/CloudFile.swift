internal import Protobuf
internal import Values

/// A file or a folder, as the message of the service tells of it; read where it lies.
///
/// Members that are zero are not on the wire, so what is missing is zero.
struct CloudFile {
  enum Kind { case file, folder, other }

  private(set) var name: UnsafeRawBufferPointer?
  private(set) var size = 0
  private(set) var changed: Timestamp?
  /// The digest as the drive spells it, where it is one.
  private(set) var md5: UnsafeRawBufferPointer?
  /// The form from which the address of a file is made, where the server tells it.
  private(set) var address: UnsafeRawBufferPointer?
  private var type = 0
  private var isFolder = false
  private var isCloudFile = false
  private var fullPath: UnsafeRawBufferPointer?

  /// Nil where the bytes are no such message.
  init?(_ message: UnsafeRawBufferPointer) {
    var reader = Reader(message)
    while let field = reader.next() {
      guard take(field) else { return nil }
    }
    guard reader.isWhole else { return nil }
    if name?.isEmpty ?? true, let fullPath {
      let start = fullPath.lastIndex(of: Path.slash).map { $0 + 1 } ?? 0
      name = UnsafeRawBufferPointer(rebasing: fullPath[start...])
    }
  }

  /// A folder says so; one that says nothing at all of its kind has the first of them, which is
  /// that of folders.
  var kind: Kind {
    if isFolder { return .folder }
    switch type {
    case 0: return isCloudFile ? .file : .folder
    case 1: return .file
    default: return isCloudFile ? .file : .other
    }
  }

  /// Takes a field in; false where it is not of the form that it must have.
  private mutating func take(_ field: Reader.Field) -> Bool {
    switch field.number {
    case 2:
      name = field.bytes
      return name != nil
    case 3:
      fullPath = field.bytes
      return fullPath != nil
    case 4:
      guard let size = field.integer, size >= 0 else { return false }
      self.size = size
    case 5:
      guard let type = field.integer else { return false }
      self.type = type
    case 7:
      guard let bytes = field.bytes else { return false }
      changed = CloudFile.moment(bytes)
    case 30:
      guard let flag = field.flag else { return false }
      isFolder = flag
    case 34:
      guard let flag = field.flag else { return false }
      isCloudFile = flag
    case 70: if let bytes = field.bytes { note(digest: bytes) }
    case 76: if let bytes = field.bytes { address = DownloadAddress(bytes)?.form }
    default: break
    }
    return true
  }

  /// A time that can be one of a file; zero is what services say that do not know it.
  private static func moment(_ message: UnsafeRawBufferPointer) -> Timestamp? {
    var (seconds, nanoseconds) = (0, 0)
    var reader = Reader(message)
    while let field = reader.next() {
      switch field.number {
      case 1: seconds = field.integer ?? 0
      case 2: nanoseconds = field.integer ?? 0
      default: break
      }
    }
    // Up to the year 9999, which is the last that can be written.
    guard reader.isWhole, (1...253_402_300_799).contains(seconds),
      (0...999_999_999).contains(nanoseconds)
    else { return nil }
    return Timestamp(seconds: Int64(seconds), nanoseconds: Int32(nanoseconds))
  }

  /// An entry of the digests: the first kind is MD5.
  private mutating func note(digest entry: UnsafeRawBufferPointer) {
    var kind = 0
    var text: UnsafeRawBufferPointer?
    var reader = Reader(entry)
    while let field = reader.next() {
      switch field.number {
      case 1: kind = field.integer ?? 0
      case 2: text = field.bytes
      default: break
      }
    }
    guard reader.isWhole, kind == 1, let text, text.count == 32,
      text.allSatisfy({ Hex.value($0) != nil })
    else { return }
    md5 = text
  }
}

/// Where a file can be fetched, in the form that has places for what only the asker knows.
struct DownloadAddress {
  private(set) var form: UnsafeRawBufferPointer?

  init?(_ message: UnsafeRawBufferPointer) {
    var reader = Reader(message)
    while let field = reader.next() {
      if field.number == 1 { form = field.bytes }
    }
    if !reader.isWhole { return nil }
  }
}
