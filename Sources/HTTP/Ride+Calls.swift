internal import CCurl
internal import Core
internal import Glibc
internal import System

/// What libcurl calls while it works on a ride.
extension Ride {
  private static func named(_ context: UnsafeMutableRawPointer) -> Ride {
    Unmanaged<Ride>.fromOpaque(context).takeUnretainedValue()
  }

  static let begins: curl_prereq_callback = { context, _, _, _, _ in
    if let context { Ride.named(context).tries += 1 }
    return CURL_PREREQFUNC_OK
  }

  static let hears: curl_write_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let ride = Ride.named(context)
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return ride.reply.hear(line, ride.order?.exchange.opening) ? line.count : 0
  }

  static let receives: curl_write_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let ride = Ride.named(context)
    if ride.isHeldBack() { return Int(CURL_WRITEFUNC_PAUSE) }
    ride.pay(piece.count)
    return ride.reply.receive(piece) ? piece.count : 0
  }

  static let sends: curl_read_callback = { buffer, size, count, context in
    guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
    let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
    let ride = Ride.named(context)
    if ride.isHeldBack() { return Int(CURL_READFUNC_PAUSE) }
    guard let count = ride.fill(room) else { return Int(CURL_READFUNC_ABORT) }
    ride.pay(count)
    return count
  }

  /// Back to a place in the body, when a kept connection turns out to be gone.
  static let seeks: curl_seek_callback = { context, offset, origin in
    guard let context, origin == SEEK_SET else { return Int32(CURL_SEEKFUNC_CANTSEEK) }
    Ride.named(context).sent = Int(offset)
    return Int32(CURL_SEEKFUNC_OK)
  }

  /// Gives libcurl the next bytes of the body; nil if there is trouble.
  private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int? {
    switch order?.exchange.body {
    case .bytes(let bytes):
      let count = min(room.count, bytes.count - sent)
      bytes.withUnsafeBytes { room.copyMemory(from: .init(rebasing: $0[sent..<(sent + count)])) }
      sent += count
      return count
    case .file(let file, let offset, let count):
      let most = min(room.count, count - sent)
      if most == 0 { return 0 }
      return read(file, at: offset + sent, UnsafeMutableRawBufferPointer(rebasing: room[..<most]))
    case .none?, nil: return 0
    }
  }

  private func read(_ file: Int32, at offset: Int, _ room: UnsafeMutableRawBufferPointer) -> Int? {
    while true {
      let got = pread(file, room.baseAddress, room.count, offset)
      if got > 0 {
        sent += got
        return got
      }
      let error = errno
      if got < 0, error == EINTR { continue }
      let reason = got == 0 ? "the file is shorter than it was" : Failure.words(error)
      reply.trouble = Trouble(.file, reason)
      return nil
    }
  }
}
