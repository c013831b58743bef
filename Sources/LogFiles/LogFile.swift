package import Core
internal import Glibc
internal import System
package import Values

/// A log that goes on in a new file when the old one has ended. The number of the descriptor that
/// all is written to stays the same.
///
/// Nothing is moved before what comes after it is there: a folder that takes no new file leaves the
/// log as it is, and it is tried again a minute later.
package final class LogFile {
  private let path: Path
  private let descriptor: Int32
  package var rotation: Rotation
  private var began: Int64
  private var size: Int64
  private var patience: Int64 = 0

  private static let minute: Int64 = 60

  /// Takes over a file that is open for appending as some descriptor; nil if that is not the file
  /// of this name: whatever else it is, it is not ours to end.
  package init?(_ path: Path, _ descriptor: Int32, _ rotation: Rotation, at now: Int64) {
    self.path = path
    self.descriptor = descriptor
    self.rotation = rotation
    guard let open = LogFile.open(descriptor), open.isSame(as: LogFile.named(path)) else {
      return nil
    }
    size = Int64(open.size)
    began = open.size > 0 ? open.mtime.seconds : now
  }

  /// Is told before so much is written: ends the log if it is over. True if one has ended.
  package func prepare(for count: Int, at now: Int64) throws(Failure) -> Bool {
    var hasEnded = false
    if now >= patience, rotation.isOver(size, adding: count, since: began, at: now) {
      patience = now + LogFile.minute
      try end(at: now)
      patience = 0
      hasEnded = true
    }
    size += Int64(count)
    return hasEnded
  }

  /// Goes on in the file that has the name now, if somebody has moved ours away.
  package func follow(at now: Int64) throws(Failure) {
    guard let open = LogFile.open(descriptor), !open.isSame(as: LogFile.named(path)) else { return }
    try become(try opened(path, O_CREAT))
    size = LogFile.open(descriptor).map { Int64($0.size) } ?? 0
    began = now
  }

  private func end(at now: Int64) throws(Failure) {
    let name = rotation.name(since: began, beside: try ended())
    let next = Path(path.bytes + Array(".new".utf8))
    _ = next.withCString { unlink($0) }
    let file = try opened(next, O_CREAT | O_EXCL)
    let old = Path(path.bytes + Array(name.suffix.utf8))
    do throws(Failure) {
      try move(path, to: old)
      do throws(Failure) { try move(next, to: path) } catch {
        try move(old, to: path)
        throw error
      }
    } catch {
      _ = close(file)
      throw error
    }
    try become(file)
    (began, size) = (now, 0)
  }

  private func opened(_ path: Path, _ flags: Int32) throws(Failure) -> Int32 {
    let file = path.withCString { Glibc.open($0, O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0o640) }
    if file < 0 { throw Failure(errno: errno, path) }
    return file
  }

  private func move(_ one: Path, to other: Path) throws(Failure) {
    if one.withCString({ from in other.withCString { rename(from, $0) } }) != 0 {
      throw Failure(errno: errno, other)
    }
  }

  private func become(_ file: Int32) throws(Failure) {
    let result = dup2(file, descriptor)
    let error = errno
    _ = close(file)
    if result < 0 { throw Failure(errno: error, path) }
  }

  // MARK: Those that have ended

  /// Removes those that are too many.
  package func tidy() throws(Failure) {
    for one in rotation.surplus(of: try ended()) {
      let file = Path(path.bytes + Array((one.suffix + (one.isPacked ? ".gz" : "")).utf8))
      if file.withCString({ unlink($0) }) != 0, errno != ENOENT {
        throw Failure(errno: errno, file)
      }
    }
  }

  /// Those that are not packed yet, the oldest first.
  package func unpacked() throws(Failure) -> [Path] {
    try ended().filter { !$0.isPacked }.sorted().map {
      Path(path.bytes + Array($0.suffix.utf8))
    }
  }

  private func ended() throws(Failure) -> [Rotation.Ended] {
    let start = path.name.bytes + [UInt8(ascii: ".")]
    var found: [Rotation.Ended] = []
    let folder = try Folder.open(path.parent)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    try folder.names(buffer) { (name, _) throws(Failure) in
      if name.starts(with: start), let one = Rotation.Ended(name.dropFirst(start.count)) {
        found.append(one)
      }
    }
    return found
  }

  private static func open(_ descriptor: Int32) -> Inode? {
    guard case .success(let inode) = Inode.at(descriptor, "", followsLinks: true, isOpen: true)
    else { return nil }
    return inode
  }

  private static func named(_ path: Path) -> Inode? {
    let found = path.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    guard case .success(let inode) = found else { return nil }
    return inode
  }
}

extension Inode {
  fileprivate func isSame(as other: Inode?) -> Bool {
    form == .file && device == other?.device && inode == other?.inode
  }
}
