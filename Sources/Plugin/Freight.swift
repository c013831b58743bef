internal import Core
internal import Digests
internal import Glibc
internal import System
internal import Values

/// Moves the bytes of one open file into another, a piece in each turn of a loop, so that whatever
/// else is under way goes on.
final class Freight {
  private let loop: Loop
  private let source: Int32
  private let target: Int32
  private let digests: [Digest]
  private let moved: (Int) -> Void
  private let then: (Result<Moved, Failure>) -> Void
  private let buffer: UnsafeMutableRawBufferPointer
  private var count = 0

  /// What was moved.
  struct Moved {
    var count: Int
    /// The digests that were asked for, as text.
    var digests: [(algorithm: Algorithm, text: String)]
  }

  private static let piece = 1 << 20

  init(
    _ loop: Loop, from source: Int32, to target: Int32, _ algorithms: [Algorithm],
    moved: @escaping (Int) -> Void, _ then: @escaping (Result<Moved, Failure>) -> Void
  ) throws(Failure) {
    self.loop = loop
    self.source = source
    self.target = target
    self.moved = moved
    self.then = then
    var digests: [Digest] = []
    for algorithm in algorithms { digests.append(try Digest(algorithm)) }
    self.digests = digests
    buffer = .allocate(byteCount: Freight.piece, alignment: 4_096)
  }

  deinit {
    buffer.deallocate()
  }

  func start() {
    loop.after(0) { [self] in step() }
  }

  private func step() {
    do throws(Failure) {
      let got = try Freight.check { pread(source, buffer.baseAddress, buffer.count, off_t(count)) }
      if got == 0 { return then(.success(try done())) }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<got])
      for digest in digests { try digest.update(bytes) }
      var written = 0
      while written < got {
        written += try Freight.check {
          pwrite(
            target, bytes.baseAddress?.advanced(by: written), got - written,
            off_t(count + written))
        }
      }
      count += got
      moved(got)
      start()
    } catch {
      then(.failure(error))
    }
  }

  private func done() throws(Failure) -> Moved {
    var texts: [(algorithm: Algorithm, text: String)] = []
    for digest in digests {
      texts.append((digest.algorithm, digest.algorithm.text(try digest.finish())))
    }
    return Moved(count: count, digests: texts)
  }

  private static func check(_ call: () -> Int) throws(Failure) -> Int {
    while true {
      let count = call()
      if count >= 0 { return count }
      let error = errno
      if error != EINTR { throw Failure(errno: error, "") }
    }
  }
}
