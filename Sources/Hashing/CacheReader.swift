internal import Core
internal import Digests
internal import Records
internal import Stream
internal import System
internal import Values

/// Walks along a cache: a stream of entries in order of path, each of which tells the version of
/// the file that its digests belong to.
final class CacheReader {
  private let file: Descriptor?
  private let reader: StreamReader
  private let log: Log
  /// The entry that is looked at; it is valid until the next step.
  private(set) var record: Record?
  private(set) var path = Path()

  /// Opens a cache; nil if there is none.
  init?(_ path: Path, _ log: Log) throws(Failure) {
    let file: Descriptor
    do {
      file = try path.openToRead()
    } catch {
      if error.kind == .absent { return nil }
      throw error
    }
    reader = StreamReader(Input(file.number, "\(path)"))
    self.file = consume file
    self.log = log
    advance()
  }

  /// Reads a cache that somebody else holds open.
  init(_ descriptor: Int32, _ subject: String, _ log: Log) {
    file = nil
    reader = StreamReader(Input(descriptor, subject))
    self.log = log
    advance()
  }

  /// Goes on to the next entry.
  ///
  /// What cannot be read is as if it were not there, with a warning.
  func advance() {
    do {
      record = try nextEntry()
    } catch {
      log.warn("\(error.message); the rest of the cache is made anew")
      record = nil
    }
  }

  private func nextEntry() throws(Failure) -> Record? {
    while true {
      switch try reader.next() {
      case .head, .tail: continue
      case .cut(let failure): throw failure
      case .end: return nil
      case .record(let record):
        guard record.kind == .entry, let bytes = record.path else { continue }
        let found = Path(bytes)
        guard path < found else {
          throw reader.located(Failure(.data, "", "the entries are not in order of path"))
        }
        path = found
        return record
      }
    }
  }

  /// What the entry says; nil where it does not say enough.
  func known() throws(Failure) -> Known? {
    guard let record, let size = try record.integer(.size), let mtime = try record.time(.mtime),
      let ctime = try record.time(.ctime),
      let device = try record.text(.device).flatMap(UInt64.init),
      let inode = try record.text(.inode).flatMap(UInt64.init)
    else { return nil }
    var sums = Sums()
    for algorithm in Algorithm.allCases {
      guard let text = try record.text(algorithm.member) else { continue }
      if algorithm.digest(text: text) != nil { sums[algorithm] = text }
    }
    sums.etag = try record.text(.etag)
    sums.partSize = try record.integer(.partSize)
    return Known(
      Version(device: device, inode: inode, size: size, mtime: mtime, ctime: ctime), sums)
  }
}
