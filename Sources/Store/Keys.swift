package import Core
package import Records
internal import Values

/// Holds a listing to what it promises: byte order of path, and each path once.
///
/// Whoever merges two listings while reading them takes a path that comes late for one that is not
/// there. So a store that sorts otherwise is told of, never repaired.
package struct Ascent {
  private let last = Buffer()
  private var isFirst = true

  package init() {}

  @inline(__always)
  package mutating func step(to path: UnsafeRawBufferPointer) throws(Failure) {
    if !isFirst, path.order(against: last.bytes) <= 0 { throw fall(path) }
    isFirst = false
    last.clear()
    last.append(path)
  }

  private func fall(_ path: UnsafeRawBufferPointer) -> Failure {
    let place = "comes behind \"\(Path(last.bytes))\""
    return Failure(.data, "\(Path(path))", "the store does not list in byte order: this \(place)")
  }
}

extension Ascent {
  /// How many folders a path leads through, and whether a part of it is a name of ours.
  @inline(__always)
  package static func look(
    at path: UnsafeRawBufferPointer
  ) -> (depth: Int, isReserved: Bool) {
    var depth = 0
    var isReserved = path.starts(with: Path.reserved)
    for place in 0..<path.count where path[place] == Path.slash {
      depth += 1
      let part = UnsafeRawBufferPointer(rebasing: path[(place + 1)...])
      if part.first == Path.reserved[0], part.starts(with: Path.reserved) { isReserved = true }
    }
    return (depth, isReserved)
  }
}

extension Writer {
  /// The members of a file that a store lists.
  @inline(__always)
  package func members(of file: Listed.View) {
    add(.path, name: file.path)
    add(.size, file.size)
    if let mtime = file.mtime { add(.mtime, mtime) }
    if let stored = file.stored { add(.stored, stored) }
    if let etag = file.etag { add(.etag, bytes: etag) }
    if let storageClass = file.storageClass { add(.storageClass, bytes: storageClass) }
    if let md5 = file.md5 { add(.md5, bytes: md5) }
    if let sha256 = file.sha256 { add(.sha256, bytes: sha256) }
    if let sign = file.sign { add(.sign, bytes: sign) }
    if let url = file.url { add(.url, bytes: url) }
  }

  /// A text of a server's, which may be anything: what is no UTF-8 is repaired.
  private func add(_ member: Member, bytes: UnsafeRawBufferPointer) {
    if Text.isUTF8(bytes) { return add(member, name: bytes) }
    add(member, text: String(decoding: bytes, as: UTF8.self))
  }
}
