package import Core
internal import Glibc
internal import System
package import Values

/// Where the digests of a job's files are kept from run to run, where `[cache]` wants that.
///
/// No digest is believed for longer than file_metadata_cache_ttl_secs: each stretch of time of that
/// length has a file of its own, which begins empty. Files of stretches before are removed.
package struct DigestCache {
  private let folder: Path
  private let life: Int64

  /// Nil if nothing is to be kept.
  package init?(_ configuration: Configuration, _ environment: Environment) {
    guard let group = configuration.group("cache"), group.flag("enable_persistent_cache") == true,
      let life = group.integer("file_metadata_cache_ttl_secs"), life > 0,
      let place = group.text("cache_dir") ?? environment.folder(.cache)
    else { return nil }
    folder = Path(text: place).appending("digests")
    self.life = Int64(life)
  }

  /// The file for a job at some second. What cannot be made or removed only costs time or room.
  package func prepare(_ job: String, at now: Int64, _ log: Log) -> Path? {
    let start = Repository.fileName(job).dropLast(Repository.suffix.count) + Array(".".utf8)
    let name = start + Array("\(now - now % life)".utf8) + Repository.suffix
    do throws(Failure) {
      try folder.makeFolders(mode: 0o700)
      for other in try names() where other != name && DigestCache.isOne(other, of: start) {
        _ = folder.appending(Path(other)).withCString { unlink($0) }
      }
      return folder.appending(Path(name))
    } catch {
      log.warn("digests cannot be kept: \(error.message)")
      return nil
    }
  }

  /// Whether a name is that of such a file of one job.
  private static func isOne(_ name: [UInt8], of start: [UInt8]) -> Bool {
    guard name.starts(with: start) else { return false }
    let rest = name.dropFirst(start.count)
    return rest.first.map { (48...57).contains($0) } ?? false
  }

  private func names() throws(Failure) -> [[UInt8]] {
    var names: [[UInt8]] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    try Folder.open(folder).names(buffer) { (name, _) throws(Failure) in names.append(Array(name)) }
    return names
  }
}
