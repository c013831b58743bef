package import Core
internal import Glibc
internal import System
package import Values

/// Lines that were not sent yet, in files of a folder: a server may be away for days, and we may be
/// ended at any moment.
///
/// Lines are appended to the newest of the files, and read from the oldest; `place` tells how far
/// that was sent. What was sent and not noted, as we were killed in between, is sent again, and the
/// server knows it by its id. When there is more than may be, the oldest file goes.
package final class Backlog {
  private let folder: Path
  private let holding: Holding
  private let limit: Int
  /// The numbers of the files, the one that is read first.
  private var files: [Int] = []
  private var sizes: [Int: Int] = [:]
  /// Of all of them.
  private var total = 0
  /// The highest number that any file ever had: none is given twice, or `place` would mean another.
  private var newest = 0
  private var writer: Int32 = -1
  private var reader: Int32 = -1
  /// How far the first file was sent.
  private var sent = 0
  /// Lines read ahead of what was sent, with their lengths on the disk.
  private var ahead: [(line: [UInt8], length: Int)] = []
  private var read = 0
  private var carry: [UInt8] = []
  /// How many lines each file has, and how many of the first were sent.
  private var lines: [Int: Int] = [:]
  private var linesSent = 0
  /// How many lines have gone unsent, as there was no more room.
  package private(set) var dropped = 0

  /// As long as a file becomes before the next is begun.
  private let piece: Int

  /// Opens the folder, and takes it for this process alone; nil if another has it.
  package init?(_ folder: Path, limit: Int) throws(Failure) {
    try folder.makeFolders(mode: 0o700)
    guard let holding = try Holding.take(folder.appending("lock"), waits: false) else { return nil }
    self.folder = folder
    self.holding = holding
    self.limit = limit
    piece = max(min(1 << 20, limit / 8), 4_096)
    try look()
  }

  deinit {
    if writer >= 0 { _ = close(writer) }
    if reader >= 0 { _ = close(reader) }
  }

  /// Bytes that wait.
  package var size: Int { total - sent }
  package var isEmpty: Bool { size <= 0 }
  /// Lines that wait.
  package var count: Int { lines.values.reduce(0, +) - linesSent }
  /// Whether only what matters should be added.
  package var isTight: Bool { size > limit / 2 }

  private static let suffix = ".ndjson"

  private func path(_ number: Int) -> Path {
    let digits = String(number)
    let zeros = String(repeating: "0", count: max(0, 12 - digits.utf8.count))
    return folder.appending(zeros + digits + Backlog.suffix)
  }

  private func look() throws(Failure) {
    let place = Array(try folder.appending("place").contents().split(separator: 32))
    var numbers: [Int] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    try Folder.open(folder).names(buffer) { (name, _) throws(Failure) in
      let text = String(decoding: name, as: UTF8.self)
      if text.hasSuffix(Backlog.suffix), let number = Int(text.dropLast(Backlog.suffix.count)) {
        numbers.append(number)
      }
    }
    files = numbers.sorted()
    for number in files {
      sizes[number] = try path(number).size()
      lines[number] = try path(number).lines(upTo: .max)
    }
    total = sizes.values.reduce(0, +)
    newest = files.last ?? 0
    guard place.count == 2, let file = Int(String(decoding: place[0], as: UTF8.self)),
      let offset = Int(String(decoding: place[1], as: UTF8.self))
    else { return }
    newest = max(newest, file)
    while let first = files.first, first < file { try remove(first) }
    if files.first == file {
      sent = min(max(offset, 0), sizes[file] ?? 0)
      linesSent = try path(file).lines(upTo: sent)
    }
    read = sent
  }

  private func remove(_ number: Int) throws(Failure) {
    if path(number).withCString({ unlink($0) }) != 0, errno != ENOENT {
      throw Failure(errno: errno, path(number))
    }
    files.removeAll { $0 == number }
    total -= sizes.removeValue(forKey: number) ?? 0
    lines[number] = nil
  }

  // MARK: Adding

  /// Adds a line, whole: it waits even if we are killed the moment after.
  package func append(_ line: [UInt8]) throws(Failure) {
    if writer < 0 || (files.last.flatMap { sizes[$0] } ?? 0) >= piece { try begin() }
    guard let number = files.last else { return }
    let bytes = line + [10]
    let count = bytes.withUnsafeBytes { Glibc.write(writer, $0.baseAddress, $0.count) }
    let error = errno
    let before = sizes[number] ?? 0
    guard count == bytes.count else {
      // A part of a line would spoil the next: that begins a file of its own.
      if count > 0, ftruncate(writer, off_t(before)) != 0 { endWriting() }
      throw Failure(errno: count < 0 ? error : ENOSPC, path(number))
    }
    sizes[number] = before + count
    total += count
    lines[number, default: 0] += 1
    while size > limit, files.count > 1 { try forgetOldest() }
  }

  private func endWriting() {
    if writer >= 0 { _ = close(writer) }
    writer = -1
  }

  private func begin() throws(Failure) {
    let number = newest + 1
    let file = path(number).withCString {
      open($0, O_WRONLY | O_CREAT | O_APPEND | O_EXCL | O_CLOEXEC, 0o600)
    }
    if file < 0 { throw Failure(errno: errno, path(number)) }
    if writer >= 0 { _ = close(writer) }
    writer = file
    newest = number
    files.append(number)
    sizes[number] = 0
  }

  private func forgetOldest() throws(Failure) {
    // Counted by what is read of it from here on.
    while try fill(upTo: 1_000), !ahead.isEmpty {
      dropped += ahead.count
      linesSent += ahead.count
      (sent, ahead) = (sent + ahead.reduce(0) { $0 + $1.length }, [])
    }
    try next()
  }

  // MARK: Taking

  /// The oldest lines that were not sent, as many as this, of one file.
  package func first(_ count: Int) throws(Failure) -> [[UInt8]] {
    while try fill(upTo: count), ahead.isEmpty {
      // Nothing is left in the first file; the last of all is still written to.
      guard files.count > 1 else { return [] }
      try next()
    }
    return ahead.prefix(count).map(\.line)
  }

  /// Notes that so many of the first lines need not be sent any more.
  package func done(_ count: Int) throws(Failure) {
    sent += ahead.prefix(count).reduce(0) { $0 + $1.length }
    linesSent += min(count, ahead.count)
    ahead.removeFirst(min(count, ahead.count))
    if isEmpty, let number = files.first, files.count == 1, ahead.isEmpty {
      // All is sent: what is begun next is a file of its own.
      try remove(number)
      endWriting()
      restart()
    }
    try note()
  }

  private func note() throws(Failure) {
    let number = files.first ?? newest
    try folder.appending("place").replace(Array("\(number) \(files.isEmpty ? 0 : sent)".utf8))
  }

  private func next() throws(Failure) {
    if let number = files.first { try remove(number) }
    if files.isEmpty { endWriting() }
    restart()
    try note()
  }

  private func restart() {
    if reader >= 0 { _ = close(reader) }
    (reader, sent, read, ahead, carry) = (-1, 0, 0, [], [])
    linesSent = 0
  }

  /// Reads ahead in the first file; false if there is no file.
  private func fill(upTo count: Int) throws(Failure) -> Bool {
    guard let number = files.first else { return false }
    if reader < 0 {
      reader = path(number).withCString { open($0, O_RDONLY | O_CLOEXEC) }
      if reader < 0 { throw Failure(errno: errno, path(number)) }
      (read, carry) = (sent, [])
    }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while ahead.count < count {
      let found = pread(reader, &chunk, chunk.count, off_t(read))
      if found < 0 { throw Failure(errno: errno, path(number)) }
      if found == 0 { break }
      read += found
      carry += chunk[..<found]
      for line in Lines.taken(from: &carry) { ahead.append((line, line.count + 1)) }
    }
    return true
  }
}

extension Path {
  /// A small file as a whole; nothing where there is none.
  fileprivate func contents() throws(Failure) -> [UInt8] {
    let file = withCString { open($0, O_RDONLY | O_CLOEXEC) }
    if file < 0 {
      if errno == ENOENT { return [] }
      throw Failure(errno: errno, self)
    }
    let descriptor = Descriptor(owning: file)
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = Glibc.read(descriptor.number, &bytes, bytes.count)
    if count < 0 { throw Failure(errno: errno, self) }
    return Array(bytes.prefix(count))
  }

  /// How many lines end before this byte.
  fileprivate func lines(upTo end: Int) throws(Failure) -> Int {
    let file = try openToRead()
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var (at, lines) = (0, 0)
    while at < end {
      let count = Glibc.read(file.number, &chunk, min(chunk.count, end - at))
      if count < 0 { throw Failure(errno: errno, self) }
      if count == 0 { break }
      lines += chunk[..<count].count { $0 == 10 }
      at += count
    }
    return lines
  }

  fileprivate func size() throws(Failure) -> Int {
    let file = try openToRead()
    return Int(try Inode.of(file.number, self).size)
  }
}
