internal import Core
internal import Glibc

/// Our end of what a child reads.
final class Mouth {
  private let bytes: [UInt8]
  private var sent = 0
  private var writer: Descriptor?

  private init(_ bytes: [UInt8], _ writer: Int32) {
    self.bytes = bytes
    self.writer = Descriptor(owning: writer)
    _ = fcntl(writer, F_SETFL, fcntl(writer, F_GETFL) | O_NONBLOCK)
  }

  /// A pipe for what is to be written, if that is what it is, with the end that the child gets.
  static func opened(_ feed: Child.Feed) throws(Failure) -> Joint<Mouth> {
    guard case .bytes(let bytes) = feed else { return Joint() }
    let ends = try Pipe().release()
    return Joint(Mouth(bytes, ends.writer), far: ends.reader)
  }

  /// Writes as much as is taken, and the rest when there is room.
  func speak(on loop: Loop) {
    guard let file = writer?.number else { return }
    loop.watch(file, .writing) { _ in self.write(file, loop) }
    write(file, loop)
  }

  private func write(_ file: Int32, _ loop: Loop) {
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress?.advanced(by: sent), bytes.count - sent)
      }
      if count >= 0 {
        sent += count
        continue
      }
      let error = errno
      if error == EINTR { continue }
      if error == EAGAIN { return }
      // The child reads no more.
      break
    }
    close(on: loop)
  }

  func close(on loop: Loop) {
    guard let file = writer?.number else { return }
    loop.forget(file)
    writer = nil
  }
}

/// Our end of what a child writes, and what is kept of it.
final class Ear {
  var heard: ((UnsafeRawBufferPointer) -> Void)?
  private(set) var isCut = false
  private(set) var isOpen = true
  private let reader: Descriptor
  private let limit: Int
  private let keepsLast: Bool
  private var bytes: [UInt8] = []

  /// As much as a pipe holds: at the end no more than this is waited on.
  private static let piece = 65_536

  private init(_ reader: Int32, _ limit: Int, keepsLast: Bool) {
    self.reader = Descriptor(owning: reader)
    self.limit = limit
    self.keepsLast = keepsLast
    _ = fcntl(reader, F_SETFL, fcntl(reader, F_GETFL) | O_NONBLOCK)
  }

  /// A pipe for what is to be heard, if it is, with the end that the child gets.
  static func opened(_ hearing: Child.Hearing) throws(Failure) -> Joint<Ear> {
    switch hearing {
    case .first(let limit): try opened(limit, keepsLast: false)
    case .last(let limit): try opened(limit, keepsLast: true)
    case .ours, .nothing, .descriptor, .joined: Joint()
    }
  }

  private static func opened(_ limit: Int, keepsLast: Bool) throws(Failure) -> Joint<Ear> {
    let ends = try Pipe().release()
    return Joint(Ear(ends.reader, limit, keepsLast: keepsLast), far: ends.writer)
  }

  /// What was heard, within the limit.
  var kept: [UInt8] { keepsLast ? Array(bytes.suffix(limit)) : bytes }

  func listen(on loop: Loop, _ silent: @escaping () -> Void) {
    loop.watch(reader.number, .reading) { _ in
      if self.read() > 0 { return }
      if !self.isOpen {
        loop.forget(self.reader.number)
        silent()
      }
    }
  }

  /// Takes what has been said by now, and listens no more.
  func close(on loop: Loop) {
    guard isOpen else { return }
    var rest = Ear.piece
    while rest > 0 {
      let count = read()
      if count <= 0 { break }
      rest -= count
    }
    isOpen = false
    loop.forget(reader.number)
  }

  /// How much was there; nothing at the end or if there is nothing yet.
  private func read() -> Int {
    let count = withUnsafeTemporaryAllocation(byteCount: Ear.piece, alignment: 1) { piece in
      let count = Glibc.read(reader.number, piece.baseAddress, piece.count)
      if count > 0 { take(UnsafeRawBufferPointer(rebasing: piece[..<count])) }
      return count
    }
    let error = errno
    if count == 0 || count < 0 && error != EINTR && error != EAGAIN { isOpen = false }
    return count
  }

  private func take(_ piece: UnsafeRawBufferPointer) {
    heard?(piece)
    if keepsLast {
      isCut = isCut || bytes.count + piece.count > limit
      bytes += piece.suffix(limit)
      if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
    } else {
      let room = limit - bytes.count
      isCut = isCut || piece.count > room
      bytes += piece.prefix(room)
    }
  }
}

/// A pipe between us and a child; the child's end of it closes here when this goes.
struct Joint<Near>: ~Copyable {
  let near: Near?
  private let far: Descriptor

  init(_ near: Near? = nil, far: Int32 = -1) {
    self.near = near
    self.far = Descriptor(owning: far)
  }

  var file: Int32? { far.number < 0 ? nil : far.number }
}
