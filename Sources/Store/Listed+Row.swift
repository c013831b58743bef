package import Values

/// Files of listings as bytes, for those that wait for their turn.
extension Listed.View {
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

  /// Appends all but the path.
  package func write(to buffer: Buffer) {
    let view = self
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

  /// Reads what `write` has appended from a place on; the path is told besides.
  package init(_ row: UnsafeRawBufferPointer, at start: Int, path: UnsafeRawBufferPointer) {
    var at = start
    let fixed = row.loadUnaligned(fromByteOffset: at, as: Fixed.self)
    at += MemoryLayout<Fixed>.size
    func next(_ count: Int32) -> UnsafeRawBufferPointer? {
      guard count >= 0 else { return nil }
      defer { at += Int(count) }
      return UnsafeRawBufferPointer(rebasing: row[at..<(at + Int(count))])
    }
    self.init(path: path, size: Int(fixed.size))
    if fixed.mtimeNanoseconds >= 0 {
      mtime = Timestamp(seconds: fixed.mtime, nanoseconds: fixed.mtimeNanoseconds)
    }
    if fixed.storedNanoseconds >= 0 {
      stored = Timestamp(seconds: fixed.stored, nanoseconds: fixed.storedNanoseconds)
    }
    etag = next(fixed.etag)
    storageClass = next(fixed.storageClass)
    md5 = next(fixed.md5)
    sha256 = next(fixed.sha256)
    sign = next(fixed.sign)
    url = next(fixed.url)
  }
}
