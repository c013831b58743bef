package import Core
package import Digests
internal import Glibc
package import System
internal import Values

/// Digests of stretches of files, computed on threads while the loop goes on sending.
package final class Workshop {
  /// What one stretch came to.
  package struct Digested: Sendable {
    package var sha256: [UInt8] = []
    package var md5: [UInt8] = []
    package var crc64nvme: [UInt8] = []
  }

  /// The digest of a whole file of which one stretch after the other is read: each in its turn,
  /// when the one before has been told of. What failed amid a stretch is worth nothing any more.
  ///
  /// `@unchecked Sendable`: a thread only carries it; one job at a time uses it, and whoever gave
  /// the job once that is over.
  package final class Whole: @unchecked Sendable {
    fileprivate let digest: Digest

    package init(_ algorithm: Algorithm) throws(Failure) { digest = try Digest(algorithm) }

    package func finish() throws(Failure) -> [UInt8] { try digest.finish() }
  }

  private struct Job: Sendable {
    let ticket: Int
    let file: Int32
    let range: Range<Int>
    let algorithms: [Algorithm]
    let whole: Whole?
  }

  private let crew: Crew<Job>
  private var waiting: [Int: (Result<Digested, Failure>) -> Void] = [:]
  private var tickets = 0

  package init(_ loop: Loop) {
    let poster = loop.poster
    let desk = Desk()
    crew = Crew(min(Machine.processors, 4), limit: 1_024) { job in
      let result = Workshop.digest(job)
      poster.post { desk.hand(job.ticket, result) }
    }
    desk.give = { [weak self] ticket, result in
      self?.waiting.removeValue(forKey: ticket)?(result)
    }
  }

  deinit {
    crew.finish()
  }

  /// Reads and digests a stretch, which may be the next of a whole. The file stays open until
  /// `then` is called.
  package func digest(
    _ file: Int32, _ range: Range<Int>, _ algorithms: [Algorithm], of whole: Whole? = nil,
    _ then: @escaping (Result<Digested, Failure>) -> Void
  ) {
    tickets += 1
    waiting[tickets] = then
    crew.submit(
      Job(ticket: tickets, file: file, range: range, algorithms: algorithms, whole: whole))
  }

  private static func digest(_ job: Job) -> Result<Digested, Failure> {
    do throws(Failure) {
      return .success(
        try digested(job.algorithms, job.whole) { (take) throws(Failure) in
          try read(job, take)
        })
    } catch {
      return .failure(error)
    }
  }

  /// Digests bytes that are at hand.
  package static func digest(
    _ bytes: [UInt8], _ algorithms: [Algorithm]
  ) throws(Failure) -> Digested {
    try digested(algorithms) { (take) throws(Failure) in
      try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
        try take(UnsafeRawBufferPointer(bytes))
      }
    }
  }

  private static func digested(
    _ algorithms: [Algorithm], _ whole: Whole? = nil,
    _ read: ((UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) -> Void
  ) throws(Failure) -> Digested {
    var digests: [Digest] = []
    for algorithm in algorithms { digests.append(try Digest(algorithm)) }
    try read { (bytes) throws(Failure) in
      for digest in digests { try digest.update(bytes) }
      try whole?.digest.update(bytes)
    }
    var digested = Digested()
    for digest in digests {
      let value = try digest.finish()
      switch digest.algorithm {
      case .sha256: digested.sha256 = value
      case .md5: digested.md5 = value
      case .crc64nvme: digested.crc64nvme = value
      case .crc32c: break
      }
    }
    return digested
  }

  private static func read(
    _ job: Job, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4_096)
    defer { buffer.deallocate() }
    var at = job.range.lowerBound
    while at < job.range.upperBound {
      let wanted = min(buffer.count, job.range.upperBound - at)
      let count = pread(job.file, buffer.baseAddress, wanted, off_t(at))
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        throw Failure(errno: error, "")
      }
      if count == 0 { throw Failure(.later, "", "it became shorter while it was read") }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      at += count
    }
  }
}

/// Where results cross from the threads of a workshop to the loop's.
///
/// `@unchecked Sendable`: a thread only carries it; what it holds is used on the loop's thread.
private final class Desk: @unchecked Sendable {
  var give: (Int, Result<Workshop.Digested, Failure>) -> Void = { _, _ in }

  func hand(_ ticket: Int, _ result: Result<Workshop.Digested, Failure>) { give(ticket, result) }
}
