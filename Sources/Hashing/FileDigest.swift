package import Core
internal import Digests
package import System
package import Values

/// Computes the digests of one file after the other, with one buffer for all of them.
///
/// It belongs to one thread at a time.
package final class FileDigest {
  private static let capacity = 256 << 10
  private let buffer: UnsafeMutableRawBufferPointer
  private var digests: [Algorithm: Digest] = [:]
  private var etag: MultipartETag?
  /// Called when all is read, before the file is looked at again.
  private let afterReading: (() -> Void)?

  private let meter: Meter?

  package init(_ meter: Meter? = nil, afterReading: (() -> Void)? = nil) {
    self.meter = meter
    buffer = .allocate(byteCount: FileDigest.capacity, alignment: 4_096)
    self.afterReading = afterReading
  }

  deinit {
    buffer.deallocate()
  }

  /// The digests of an open file that was found to be `inode`.
  ///
  /// A file that is not the same version after the reading is a failure, never a digest: half of
  /// what was read may be old and half new.
  package func sums(
    of file: borrowing Descriptor, _ inode: Inode, _ recipe: Recipe, _ path: Path
  ) throws(Failure) -> Sums {
    let wanted = try start(recipe)
    if inode.size > FileDigest.capacity { file.announceReading() }
    var length = 0
    repeat {
      if Interrupt.isRequested { throw Failure(.later, "\(path)", "interrupted") }
      meter?.rest()
      let count = try file.read(into: buffer, path)
      if count == 0 { break }
      length += count
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      for digest in wanted { try digest.update(bytes) }
      if recipe.partSize != nil { try etag?.update(bytes) }
    } while length < inode.size
    afterReading?()
    guard length == inode.size, try Inode.of(file.number, path).isSameVersion(as: inode) else {
      throw Failure(.later, "\(path)", "the file changed while it was read")
    }
    return try finish(wanted, recipe)
  }

  private func start(_ recipe: Recipe) throws(Failure) -> [Digest] {
    var wanted: [Digest] = []
    for algorithm in recipe.algorithms {
      let digest = try digest(algorithm)
      // A reading that failed has left its bytes behind.
      try digest.reset()
      wanted.append(digest)
    }
    guard let partSize = recipe.partSize else { return wanted }
    if etag?.partSize != partSize { etag = try MultipartETag(partSize: partSize) }
    try etag?.reset()
    return wanted
  }

  private func digest(_ algorithm: Algorithm) throws(Failure) -> Digest {
    if let digest = digests[algorithm] { return digest }
    let digest = try Digest(algorithm)
    digests[algorithm] = digest
    return digest
  }

  private func finish(_ wanted: [Digest], _ recipe: Recipe) throws(Failure) -> Sums {
    var sums = Sums()
    for digest in wanted { sums[digest.algorithm] = digest.algorithm.text(try digest.finish()) }
    if let partSize = recipe.partSize, let value = try etag?.finish() {
      sums.etag = value.single ?? value.multipart
      sums.partSize = value.single == nil ? partSize : nil
    }
    return sums
  }
}
