internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// What became of an item.
enum Fate {
  /// What was read, and the target as it is once the copy is in place. Either is nil where there is
  /// nothing to tell: of a folder that a store has no need of, of links.
  case copied(Original?, Fingerprint?, isConfirmed: Bool)
  case verified(Original, Fingerprint)
  /// The target has the size of the file, which is all that was asked.
  case kept(Original, Fingerprint)
  /// Nothing was touched, as was asked for.
  case planned
  case vanished
  case failed(Mishap)

  var isOk: Bool {
    if case .failed = self { return false }
    return true
  }
}

/// What was read: a file as its folder shows it, or an object as its store tells it.
enum Original {
  case file(Inode)
  case object(Fingerprint)

  var size: Int? {
    switch self {
    case .file(let inode): inode.size
    case .object(let object): object.size
    }
  }
}

extension Fate {
  private static let told: Members = [.did, .ok, .now, .confirmed, .kind, .reason]
  private static let seen: Members = [.size, .mtime, .ctime, .inode, .device, .mode]
  /// What is no longer true of a file that has changed since its record was made.
  private static let perishable: Members = [
    .stored, .etag, .md5, .sha256, .crc32c, .crc64nvme,
  ]
  private static let forgottenOnRetry: Members = [.was, .why]

  /// Writes the outcome of a record: all its members, what was read, and what came of it.
  func write(
    _ record: Record, isRetry: Bool, _ writer: Writer, _ tally: inout Tally
  ) throws(Failure) {
    var dropped = isRetry ? Fate.told.union(Fate.forgottenOnRetry) : Fate.told
    if let read { dropped = dropped.union(try Fate.stale(record, read)) }
    if case .failed(.flip) = self { dropped = dropped.union([.why]) }
    writer.begin(.outcome)
    writer.copy(record, except: dropped)
    if let read { Fate.restate(read, withMode: record.has(.mode), writer) }
    try end(writer, &tally, bytes: try record.integer(.size) ?? 0)
  }

  /// Writes the outcome of a file that has no record of its own.
  func write(_ path: Path, _ writer: Writer, _ tally: inout Tally) throws(Failure) {
    writer.begin(.outcome)
    writer.add(.path, name: path)
    if let read { Fate.restate(read, withMode: false, writer) }
    try end(writer, &tally, bytes: 0)
  }

  private func end(_ writer: Writer, _ tally: inout Tally, bytes: Int) throws(Failure) {
    verdict(writer)
    writer.end()
    tally.entry(bytes: read?.size ?? bytes)
    if !isOk { tally.status = tally.status.joined(with: .partial) }
  }

  private var read: Original? {
    switch self {
    case .copied(let original, _, _): original
    case .verified(let original, _), .kept(let original, _): original
    case .planned, .vanished, .failed: nil
    }
  }

  private static func stale(_ record: Record, _ original: Original) throws(Failure) -> Members {
    let size = try record.integer(.size)
    switch original {
    case .file(let inode):
      let mtime = try record.time(.mtime)
      let isSame = size == inode.size && mtime == inode.mtime
      return isSame ? seen : seen.union(perishable)
    case .object(let object):
      let etag = record.bytes(.etag)
      let isSame = size ?? object.size == object.size && etag ?? object.etag == object.etag
      return isSame ? [.size, .etag] : perishable.union([.size, .mtime])
    }
  }

  private static func restate(_ original: Original, withMode: Bool, _ writer: Writer) {
    switch original {
    case .file(let inode): restate(inode, withMode: withMode, writer)
    case .object(let object):
      if let size = object.size { writer.add(.size, size) }
      if let etag = object.etag { writer.add(.etag, text: String(decoding: etag, as: UTF8.self)) }
    }
  }

  private static func restate(_ inode: Inode, withMode: Bool, _ writer: Writer) {
    writer.add(.size, inode.size)
    writer.add(.mtime, inode.mtime)
    writer.add(.ctime, inode.ctime)
    if withMode { writer.add(.mode, text: String(inode.permissions, radix: 8)) }
    writer.add(.inode, number: inode.inode)
    writer.add(.device, number: inode.device)
  }

  private func verdict(_ writer: Writer) {
    switch self {
    case .copied(_, let target, let isConfirmed):
      writer.add(.did, "copy")
      writer.add(.ok, true)
      if let target { writer.add(.now, target) }
      if isConfirmed { writer.add(.confirmed, true) }
    case .verified(_, let target):
      writer.add(.did, "verify")
      writer.add(.ok, true)
      writer.add(.now, target)
      writer.add(.confirmed, true)
    case .kept(_, let target):
      writer.add(.did, "keep")
      writer.add(.ok, true)
      writer.add(.now, target)
    case .planned:
      writer.add(.did, "copy")
      writer.add(.ok, true)
    case .vanished:
      writer.add(.did, "vanished")
      writer.add(.ok, true)
    case .failed(let mishap):
      writer.add(.did, "copy")
      writer.add(.ok, false)
      Fate.explain(mishap, writer)
    }
  }

  private static func explain(_ mishap: Mishap, _ writer: Writer) {
    switch mishap {
    case .failed(let failure):
      writer.add(.kind, text: failure.kind.rawValue)
      writer.add(.reason, text: failure.reason)
    case .flip(let reason):
      writer.add(.why, "flip")
      writer.add(.kind, "refused")
      writer.add(.reason, text: reason)
    case .vanished:
      writer.add(.kind, "absent")
      writer.add(.reason, "the file does not exist")
    }
  }
}
