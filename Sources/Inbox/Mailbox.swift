internal import Core
internal import Glibc
internal import System
internal import Values

/// The file that events of one job are appended to, kept open from one append to the next.
///
/// Whoever appends or takes the file away holds its lock meanwhile. A file that was taken is told
/// by its name being gone or that of another file: as ours is open, no other can get its number.
final class Mailbox {
  private let folder: Folder
  private let slot: Slot
  private let limit: Int
  private var file: Descriptor?
  private var generation = 0

  init(_ folder: Folder, _ slot: Slot, _ limit: Int) {
    self.folder = folder
    self.slot = slot
    self.limit = limit
  }

  /// Appends and makes durable; tells the generation of the file.
  func append(_ lines: UnsafeRawBufferPointer) throws(Failure) -> Int {
    if lines.isEmpty { return generation }
    do throws(Failure) {
      let isNew = try lockCurrent()
      let number = file?.number ?? -1
      do throws(Failure) { try write(lines, to: number) } catch {
        flock(number, LOCK_UN)
        throw error
      }
      flock(number, LOCK_UN)
      if fdatasync(number) != 0 { throw Failure(errno: errno, slot.events) }
      if isNew { try folder.syncNames(slot.events) }
      return generation
    } catch {
      // The next append looks at everything anew, also at whether the file has its name for good.
      file = nil
      throw error
    }
  }

  /// Locks the file that has the name now, whichever that is; true if we have just opened it.
  private func lockCurrent() throws(Failure) -> Bool {
    do throws(SystemError) {
      if try isCurrent() { return false }
      while true {
        let opened = try folder.file(slot.events, creates: true)
        try opened.lock()
        guard try folder.isStill(slot.events, opened) else { continue }
        file = consume opened
        break
      }
      generation += 1
      return true
    } catch {
      throw error.failure(slot.events)
    }
  }

  /// Locks the file that is open; whether it still has the name.
  private func isCurrent() throws(SystemError) -> Bool {
    guard let number = file?.number else { return false }
    while flock(number, LOCK_EX) != 0 {
      let error = errno
      if error != EINTR { throw SystemError(number: error) }
    }
    var ours = stat()
    var named = stat()
    guard fstat(number, &ours) == 0 else { throw SystemError(number: errno) }
    let found = slot.events.withCString {
      fstatat(folder.descriptor, $0, &named, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
    }
    if found != 0, found != ENOENT { throw SystemError(number: found) }
    if found == 0, ours.st_ino == named.st_ino, ours.st_dev == named.st_dev { return true }
    file = nil
    return false
  }

  private func write(_ lines: UnsafeRawBufferPointer, to number: Int32) throws(Failure) {
    let end = try soundEnd(number)
    if lines.count > limit - end {
      throw Failure(
        .unavailable, "\(slot.events)",
        "no run has taken the events, and \(Size(bytes: limit).text) of them is the most")
    }
    var rest = lines
    while !rest.isEmpty {
      let count = Glibc.write(number, rest.baseAddress, rest.count)
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        // Half of a line is nobody's; if it stays, the next who appends removes it.
        _ = ftruncate(number, end)
        throw Failure(errno: error, slot.events)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Where the last whole line ends. What stands behind it was begun by somebody who died before he
  /// could tell anybody that it was kept, and goes.
  private func soundEnd(_ number: Int32) throws(Failure) -> Int {
    let end = lseek(number, 0, SEEK_END)
    if end < 0 { throw Failure(errno: errno, slot.events) }
    var sound = end
    var piece = [UInt8](repeating: 0, count: sound == 0 ? 0 : 1)
    while sound > 0 {
      let start = max(0, sound - piece.count)
      let count = pread(number, &piece, sound - start, off_t(start))
      guard count == sound - start else { throw Failure(.io, "\(slot.events)", "a short read") }
      if let newline = piece[..<count].lastIndex(of: 10) {
        sound = start + newline + 1
        break
      }
      sound = start
      if piece.count == 1 { piece = [UInt8](repeating: 0, count: 65_536) }
    }
    if sound < end, ftruncate(number, sound) != 0 { throw Failure(errno: errno, slot.events) }
    return sound
  }
}

extension Folder {
  /// How long a file is; nil if there is none.
  func size(of name: Path) throws(Failure) -> Int? {
    switch look(name) {
    case .success(let inode): return inode.size
    case .failure(let error):
      if error.isAbsent { return nil }
      throw error.failure(name)
    }
  }

  /// Opens a file for reading and for appending.
  func open(_ name: Path, creates: Bool) throws(Failure) -> Descriptor {
    do throws(SystemError) { return try file(name, creates: creates) } catch {
      throw error.failure(name)
    }
  }

  /// Makes the names in the folder outlive a loss of power.
  func syncNames(_ subject: Path) throws(Failure) {
    do throws(SystemError) { try sync() } catch { throw error.failure(subject) }
  }
}
