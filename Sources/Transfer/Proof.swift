internal import Core
internal import Digests
internal import Glibc
internal import Records
internal import Store
internal import System
internal import Values

/// Holds an open file against a digest, a stretch in each turn of the loop, so that what is under
/// way meanwhile is not kept waiting.
final class Proof {
  /// A digest of the whole content, as a store tells it.
  struct Claim {
    var algorithm: Algorithm
    var text: String
  }

  private let claim: Claim
  private let file: Int32
  private let loop: Loop
  private let digest: Digest
  private let then: (Result<Bool, Mishap>) -> Void
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 256 << 10, alignment: 4_096)
  private var at = 0

  private static let stretch = 4 << 20

  private init(
    _ claim: Claim, _ file: Int32, _ loop: Loop, _ digest: Digest,
    _ then: @escaping (Result<Bool, Mishap>) -> Void
  ) {
    self.claim = claim
    self.file = file
    self.loop = loop
    self.digest = digest
    self.then = then
  }

  deinit { buffer.deallocate() }

  /// Tells whether the file has the digest. The file stays the caller's, open until then.
  static func run(
    _ claim: Claim, _ file: Int32, _ loop: Loop, _ then: @escaping (Result<Bool, Mishap>) -> Void
  ) {
    do throws(Failure) {
      let proof = Proof(claim, file, loop, try Digest(claim.algorithm), then)
      loop.after(0) { proof.goOn() }
    } catch {
      loop.after(0) { then(.failure(.failed(error))) }
    }
  }

  private func goOn() {
    do throws(Mishap) {
      if try read() {
        loop.after(0) { self.goOn() }
      } else {
        then(.success(try holds()))
      }
    } catch {
      then(.failure(error))
    }
  }

  /// Reads on; false at the end of the file.
  private func read() throws(Mishap) -> Bool {
    let end = at + Proof.stretch
    while at < end {
      let count = pread(file, buffer.baseAddress, buffer.count, off_t(at))
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        throw Mishap(SystemError(number: error), "")
      }
      if count == 0 { return false }
      at += count
      do throws(Failure) {
        try digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      } catch {
        throw .failed(error)
      }
    }
    return true
  }

  private func holds() throws(Mishap) -> Bool {
    do throws(Failure) {
      return claim.algorithm.digest(text: claim.text) == (try digest.finish())
    } catch {
      throw .failed(error)
    }
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

  var fingerprint: Fingerprint { Fingerprint(size: size, etag: etag) }
}
