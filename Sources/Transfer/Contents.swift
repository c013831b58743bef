internal import Core
internal import Glibc
internal import System

/// Moves the bytes of one open file into another, by the shortest way that the file systems offer:
/// shared blocks, a copy inside the kernel, or through a buffer. Holes stay holes.
final class Contents {
  private let buffer: UnsafeMutableRawBufferPointer
  private let meter: Meter
  /// Ways that were refused once for this pair of file systems are not tried again.
  private var shares = true
  private var copiesInKernel = true

  /// Up to here one read and one write are the shortest way.
  static let small = 65_536

  init(_ meter: Meter) {
    self.meter = meter
    buffer = .allocate(byteCount: 2 * Contents.small, alignment: 4_096)
  }

  deinit {
    buffer.deallocate()
  }

  /// Copies a file of the size that `inode` tells; one that turns out otherwise has changed.
  func copy(from source: Int32, to target: Int32, _ inode: Inode) throws(Mishap) {
    if inode.size <= Contents.small { return try copySmall(source, target, inode.size) }
    if shares, Blocks.share(source, with: target) { return meter.moved(inode.size) }
    shares = false
    if Int(clamping: inode.blocks) * 512 < inode.size, try copySparse(source, target, inode.size) {
      return
    }
    try copyRange(source, target, 0, inode.size)
  }

  private func copySmall(_ source: Int32, _ target: Int32, _ size: Int) throws(Mishap) {
    var total = 0
    repeat {
      let count = try Contents.check { read(source, buffer.baseAddress, buffer.count) }
      if count == 0 { break }
      total += count
      meter.wait(count)
      try write(target, count, at: nil)
      meter.moved(count)
    } while total != size && total <= 2 * Contents.small
    if total != size { throw .changedWhileCopied }
  }

  /// False where the file system does not tell holes from bytes.
  private func copySparse(_ source: Int32, _ target: Int32, _ size: Int) throws(Mishap) -> Bool {
    if ftruncate(target, off_t(size)) != 0 { throw Mishap(SystemError(number: errno), "") }
    var at = 0
    while at < size {
      let stretch: Blocks.Stretch
      do { stretch = try Blocks.stretch(of: source, from: at) } catch { throw Mishap(error, "") }
      switch stretch {
      case .end: return true
      case .unknown: return false
      case .bytes(let bytes):
        try copyRange(source, target, bytes.lowerBound, min(bytes.upperBound, size))
        at = bytes.upperBound
      }
    }
    return true
  }

  private func copyRange(
    _ source: Int32, _ target: Int32, _ start: Int, _ end: Int
  ) throws(Mishap) {
    var at = start
    while at < end {
      let wanted = min(end - at, meter.piece)
      meter.wait(wanted)
      var count = copiesInKernel ? try copyInKernel(source, target, at, wanted) : 0
      if count == 0 { count = try copyThroughBuffer(source, target, at, wanted) }
      if count == 0 { throw .changedWhileCopied }
      at += count
      meter.moved(count)
    }
  }

  /// Zero where the kernel cannot, or does not know better.
  private func copyInKernel(
    _ source: Int32, _ target: Int32, _ at: Int, _ wanted: Int
  ) throws(Mishap) -> Int {
    do {
      if let count = try Blocks.copy(source, to: target, at: at, wanted) { return count }
    } catch {
      throw Mishap(error, "")
    }
    copiesInKernel = false
    return 0
  }

  private func copyThroughBuffer(
    _ source: Int32, _ target: Int32, _ at: Int, _ wanted: Int
  ) throws(Mishap) -> Int {
    let count = try Contents.check {
      pread(source, buffer.baseAddress, min(wanted, buffer.count), off_t(at))
    }
    try write(target, count, at: at)
    return count
  }

  private func write(_ file: Int32, _ count: Int, at offset: Int?) throws(Mishap) {
    var done = 0
    while done < count {
      let start = UnsafeRawPointer(buffer.baseAddress).map { $0 + done }
      done += try Contents.check {
        guard let offset else { return Glibc.write(file, start, count - done) }
        return pwrite(file, start, count - done, off_t(offset + done))
      }
    }
  }

  /// Whether both files hold the same `size` bytes, the second read anew from its file system.
  func agree(_ source: Int32, _ target: Int32, _ size: Int) throws(Mishap) -> Bool {
    if fsync(target) != 0 { throw Mishap(SystemError(number: errno), "") }
    _ = posix_fadvise(target, 0, 0, POSIX_FADV_DONTNEED)
    guard let one = buffer.baseAddress else { return false }
    let other = one + Contents.small
    var at = 0
    while true {
      let count = try fill(source, one, at)
      let there = try fill(target, other, at)
      guard count == there, memcmp(one, other, count) == 0 else { return false }
      if count == 0 { return at == size }
      at += count
    }
  }

  private func fill(
    _ file: Int32, _ place: UnsafeMutableRawPointer, _ at: Int
  ) throws(Mishap) -> Int {
    var total = 0
    while total < Contents.small {
      let count = try Contents.check {
        pread(file, place + total, Contents.small - total, off_t(at + total))
      }
      if count == 0 { break }
      total += count
    }
    return total
  }

  private static func check(_ call: () -> Int) throws(Mishap) -> Int {
    while true {
      let count = call()
      if count >= 0 { return count }
      let error = errno
      if error != EINTR { throw Mishap(SystemError(number: error), "") }
    }
  }
}
