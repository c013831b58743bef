package import Core
internal import Glibc
package import Records
package import Stream
internal import System
package import Values

/// How both sides were when they were last in step: a file, which is read in order of path.
///
/// It is a stream like any other, the plan that keeps everything: each line has the members of the
/// left side's version, and that of the right in `was`. A side of which a line says nothing had no
/// version that both sides agreed on.
///
///     {"type":"head","version":1,"tool":"s4l-settle","view":"plan","left":"/a","right":"/b",...}
///     {"type":"change","path":"x","size":1,"mtime":"...","do":"keep","was":{"size":1,...}}
///     {"type":"tail","complete":true,...}
package final class Accord {
  package let head: Head
  /// The line at hand; nil behind the last one.
  package private(set) var line: Record?
  /// What the listings of the sides speak of.
  private var filter = Filter()
  private let file: Descriptor
  private let reader: StreamReader
  private let last = Buffer(capacity: 1_024)
  private var hasLast = false
  private let name: Path

  /// Opens it at its first line; nil if there is no such file, as before the first run.
  package static func open(_ path: Path) throws(Failure) -> Accord? {
    let number = path.withCString { Glibc.open($0, O_RDONLY | O_CLOEXEC) }
    if number < 0 {
      if errno == ENOENT { return nil }
      throw Failure(errno: errno, path)
    }
    return try Accord(Descriptor(owning: number), path)
  }

  private init(_ file: consuming Descriptor, _ name: Path) throws(Failure) {
    reader = StreamReader(Input(file.number, "\(name)"))
    self.file = file
    self.name = name
    guard case .head(let head) = try reader.next(), head.view == .plan, head.isOrdered else {
      throw Failure(.data, "\(name)", "it is no base of a two-way sync")
    }
    self.head = head
    try advance()
  }

  /// Refuses a base that was made for other places: what it says of these would be made up.
  package func check(_ left: Path?, _ right: Path?) throws(Failure) {
    guard head.left == left, head.right == right else {
      throw Failure(
        .data, "\(name)",
        "it is the base of \(Accord.words(head.left)) and \(Accord.words(head.right)), not of "
          + "\(Accord.words(left)) and \(Accord.words(right))")
    }
  }

  /// Whether a base names any file in a folder.
  package static func names(_ file: Path, in folder: Path) throws(Failure) -> Bool {
    guard let accord = try open(file) else { return false }
    while let path = accord.line?.path {
      if Path(path).isWithin(folder) { return true }
      try accord.advance()
    }
    return false
  }

  private static func words(_ place: Path?) -> String { place.map { "\($0)" } ?? "?" }

  /// Passes over what the listings do not speak of: that it is not in them means nothing.
  package func narrow(to filter: Filter) throws(Failure) {
    self.filter = filter
    if let path = line?.path, !filter.passes(path) { try advance() }
  }

  package func advance() throws(Failure) {
    line = nil
    while true {
      switch try reader.next() {
      case .record(let record):
        if try take(record) { return line = record }
      case .tail: break
      case .end: return
      case .head: throw damaged("a second section")
      case .cut(let failure): throw failure
      }
    }
  }

  /// Why a damaged base is not passed over: without it, what was deleted would come back.
  private func damaged(_ what: String) -> Failure {
    Failure(.data, reader.place, "\(what) has no place in a base")
  }

  private func take(_ record: Record) throws(Failure) -> Bool {
    guard record.kind == .change, record.holds(.action, "keep"), let path = record.path else {
      throw damaged("another record than a change to keep")
    }
    if hasLast, last.bytes.order(against: path) >= 0 {
      throw Failure(.data, reader.place, "the base is not in byte order of path")
    }
    last.clear()
    last.append(path)
    hasLast = true
    return filter.passes(path)
  }
}

extension Record {
  /// What tells this version from others of its side: what a store gives no tag, its time tells.
  package var trace: Fingerprint {
    get throws(Failure) {
      let etag = bytes(.etag)
      var mtime = try time(.mtime)
      if mtime == nil, etag == nil { mtime = try time(.stored) }
      return Fingerprint(size: try integer(.size), mtime: mtime, etag: etag)
    }
  }
}

extension Fingerprint {
  package var isEmpty: Bool { size == nil && mtime == nil && etag == nil }

  /// Whether it stands for the same version as another one, as far as both tell; times are exact to
  /// so many nanoseconds.
  func isSame(as other: Fingerprint, grain: Int) -> Bool {
    if let size, let theirs = other.size, size != theirs { return false }
    if let etag, let theirs = other.etag { return etag == theirs }
    if let mtime, let theirs = other.mtime {
      return mtime.isNear(theirs, within: Int64(max(grain - 1, 0)))
    }
    return size != nil && other.size != nil
  }

  /// Whether it tells more than a size, but nothing else that the other tells as well: another
  /// version of the same size would look just like this one.
  func isVague(beside other: Fingerprint) -> Bool {
    if etag == nil, mtime == nil { return false }
    return (etag == nil || other.etag == nil) && (mtime == nil || other.mtime == nil)
  }

  /// What tells the two apart.
  func difference(from other: Fingerprint) -> StaticString {
    if size != other.size { return "size" }
    if let etag, let theirs = other.etag, etag != theirs { return "hash" }
    return "mtime"
  }
}
