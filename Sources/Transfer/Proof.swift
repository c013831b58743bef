internal import Core
internal import Digests
internal import Glibc
internal import Records
internal import Store
internal import System
internal import Values

/// Holds an open file against a digest, or against another file, a stretch in each turn of the
/// loop, so that what is under way meanwhile is not kept waiting.
final class Proof {
  /// A digest of the whole content, as a store tells it.
  struct Claim {
    var algorithm: Algorithm
    var text: String
  }

  private enum Measure {
    case digest(Digest, Claim)
    case file(Scratch)
  }

  private let measure: Measure
  private let file: Int32
  private let loop: Loop
  private let then: (Result<Bool, Mishap>) -> Void
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 512 << 10, alignment: 4_096)
  private var at = 0

  private static let stretch = 4 << 20

  private init(
    _ measure: Measure, _ file: Int32, _ loop: Loop,
    _ then: @escaping (Result<Bool, Mishap>) -> Void
  ) {
    self.measure = measure
    self.file = file
    self.loop = loop
    self.then = then
  }

  deinit { buffer.deallocate() }

  /// Tells whether the file has the digest. The file stays the caller's, open until then.
  static func run(
    _ claim: Claim, _ file: Int32, _ loop: Loop, _ then: @escaping (Result<Bool, Mishap>) -> Void
  ) {
    do throws(Failure) {
      let proof = Proof(.digest(try Digest(claim.algorithm), claim), file, loop, then)
      loop.after(0) { proof.goOn() }
    } catch {
      loop.after(0) { then(.failure(.failed(error))) }
    }
  }

  /// Tells whether the file holds the bytes of another one.
  static func run(
    _ other: Scratch, _ file: Int32, _ loop: Loop,
    _ then: @escaping (Result<Bool, Mishap>) -> Void
  ) {
    let proof = Proof(.file(other), file, loop, then)
    loop.after(0) { proof.goOn() }
  }

  private func goOn() {
    do throws(Mishap) {
      if let verdict = try read() {
        then(.success(verdict))
      } else {
        loop.after(0) { self.goOn() }
      }
    } catch {
      then(.failure(error))
    }
  }

  /// Reads on; nil while nothing can be told yet.
  private func read() throws(Mishap) -> Bool? {
    let end = at + Proof.stretch
    let half = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(buffer.count / 2)])
    while at < end {
      let count = try Proof.fill(half, from: file, at)
      switch measure {
      case .digest(let digest, let claim):
        do throws(Failure) {
          if count == 0 { return claim.algorithm.digest(text: claim.text) == (try digest.finish()) }
          try digest.update(UnsafeRawBufferPointer(rebasing: half[..<count]))
        } catch {
          throw .failed(error)
        }
      case .file(let other):
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[half.count...])
        let there = try Proof.fill(rest, from: other.descriptor, at)
        guard count == there, Proof.agree(half, rest, count) else { return false }
        if count == 0 { return true }
      }
      at += count
    }
    return nil
  }

  private static func agree(
    _ one: UnsafeMutableRawBufferPointer, _ other: UnsafeMutableRawBufferPointer, _ count: Int
  ) -> Bool {
    guard let one = one.baseAddress, let other = other.baseAddress else { return false }
    return memcmp(one, other, count) == 0
  }

  /// Fills the buffer as far as there is something; less only at the end of the file.
  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from file: Int32, _ at: Int
  ) throws(Mishap) -> Int {
    var total = 0
    while total < buffer.count {
      let rest = buffer.baseAddress.map { $0 + total }
      let count = pread(file, rest, buffer.count - total, off_t(at + total))
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        throw Mishap(SystemError(number: error), "")
      }
      if count == 0 { break }
      total += count
    }
    return total
  }
}

extension Object {
  /// The digest that tells most of those that the store knows.
  var claim: Proof.Claim? {
    if let sha256 { return Proof.Claim(algorithm: .sha256, text: sha256) }
    if let md5 { return Proof.Claim(algorithm: .md5, text: md5) }
    return crc64nvme.map { Proof.Claim(algorithm: .crc64nvme, text: $0) }
  }

  /// Whether both stores say the same of the content; nil if they have no digest in common.
  func agrees(with other: Object) -> Bool? {
    if size != other.size { return false }
    if let mine = sha256, let theirs = other.sha256 { return mine == theirs }
    if let mine = md5, let theirs = other.md5 { return mine == theirs }
    if let mine = crc64nvme, let theirs = other.crc64nvme { return mine == theirs }
    return nil
  }

  /// What it is told from others by: what the store gives no tag, its time tells.
  var fingerprint: Fingerprint {
    Fingerprint(size: size, mtime: etag == nil ? mtime ?? stored : nil, etag: etag)
  }
}
