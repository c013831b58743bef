internal import Core
internal import Store
internal import Values

/// One thing that a folder holds, as bytes that sort by its name: the name (that of a folder with
/// its slash), a NUL, when it was told, what it is, and what the drive said of it.
enum Row {
  enum Content: UInt8 {
    case file
    /// A folder that is entered.
    case open
    /// A folder that is only named.
    case shut
    case hole
  }

  private struct Fixed {
    var size: Int64
    var mtime: Int64
    var stored: Int64
    /// Less than nothing where there is no such time.
    var mtimeNanoseconds: Int32
    var storedNanoseconds: Int32
    /// Less than nothing where there is no such text.
    var etag: Int32
    var storageClass: Int32
    var md5: Int32
    var sha256: Int32
    var sign: Int32
    var url: Int32
  }

  /// What stands between a name and what is particular to its kind.
  private static let middle = 6

  /// Writes a row. Of two with one name, that of the smaller number comes first.
  static func write(
    _ name: UnsafeRawBufferPointer, isFolder: Bool, number: Int, _ content: Content,
    to buffer: Buffer
  ) {
    buffer.append(name)
    if isFolder { buffer.append(Path.slash) }
    buffer.append(0)
    let number = UInt32(truncatingIfNeeded: number)
    for shift in [24, 16, 8, 0] as [UInt32] {
      buffer.append(UInt8(truncatingIfNeeded: number >> shift))
    }
    buffer.append(content.rawValue)
  }

  static func write(_ view: Listed.View, to buffer: Buffer) {
    let length = { (text: UnsafeRawBufferPointer?) in Int32(clamping: text?.count ?? -1) }
    let fixed = Fixed(
      size: Int64(view.size), mtime: view.mtime?.seconds ?? 0, stored: view.stored?.seconds ?? 0,
      mtimeNanoseconds: view.mtime?.nanoseconds ?? -1,
      storedNanoseconds: view.stored?.nanoseconds ?? -1, etag: length(view.etag),
      storageClass: length(view.storageClass), md5: length(view.md5),
      sha256: length(view.sha256), sign: length(view.sign), url: length(view.url))
    withUnsafeBytes(of: fixed) { buffer.append($0) }
    if let etag = view.etag { buffer.append(etag) }
    if let storageClass = view.storageClass { buffer.append(storageClass) }
    if let md5 = view.md5 { buffer.append(md5) }
    if let sha256 = view.sha256 { buffer.append(sha256) }
    if let sign = view.sign { buffer.append(sign) }
    if let url = view.url { buffer.append(url) }
  }

  static func write(_ failure: Failure, to buffer: Buffer) {
    let place = Failure.Kind.allCases.firstIndex(of: failure.kind) ?? 0
    buffer.append(UInt8(truncatingIfNeeded: place))
    buffer.append(Array(failure.reason.utf8))
  }

  /// Where the name ends.
  @inline(__always)
  static func end(of row: UnsafeRawBufferPointer) -> Int { row.firstIndex(of: 0) ?? row.count }

  static func content(_ row: UnsafeRawBufferPointer, end: Int) -> Content {
    Content(rawValue: row[end + Row.middle - 1]) ?? .hole
  }

  /// The file that a row tells of, under the path that it has.
  static func file(
    _ row: UnsafeRawBufferPointer, end: Int, path: UnsafeRawBufferPointer
  ) -> Listed.View {
    var at = end + Row.middle
    let fixed = row.loadUnaligned(fromByteOffset: at, as: Fixed.self)
    at += MemoryLayout<Fixed>.size
    func next(_ count: Int32) -> UnsafeRawBufferPointer? {
      guard count >= 0 else { return nil }
      defer { at += Int(count) }
      return UnsafeRawBufferPointer(rebasing: row[at..<(at + Int(count))])
    }
    var view = Listed.View(path: path, size: Int(fixed.size))
    if fixed.mtimeNanoseconds >= 0 {
      view.mtime = Timestamp(seconds: fixed.mtime, nanoseconds: fixed.mtimeNanoseconds)
    }
    if fixed.storedNanoseconds >= 0 {
      view.stored = Timestamp(seconds: fixed.stored, nanoseconds: fixed.storedNanoseconds)
    }
    view.etag = next(fixed.etag)
    view.storageClass = next(fixed.storageClass)
    view.md5 = next(fixed.md5)
    view.sha256 = next(fixed.sha256)
    view.sign = next(fixed.sign)
    view.url = next(fixed.url)
    return view
  }

  static func failure(_ row: UnsafeRawBufferPointer, end: Int) -> Failure {
    let kinds = Failure.Kind.allCases
    let place = Int(row[end + Row.middle])
    let reason = String(decoding: row[(end + Row.middle + 1)...], as: UTF8.self)
    return Failure(place < kinds.count ? kinds[place] : .later, "", reason)
  }
}
