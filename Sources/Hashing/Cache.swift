package import Core
internal import Digests
internal import Records
internal import Stream
internal import System
package import Values

/// The digests of earlier runs, in a file.
///
/// Why a stream: the file is a section of entries in order of path, as the tools write them. It is
/// merged with the records while both are read, which takes the same memory for any number of
/// files, a cut is noticed like any other cut, and a person can look inside. A path that does not
/// come in order is neither looked up nor remembered.
///
/// What a run learns is written beside the cache; at the end it takes its place, together with what
/// the old one knew of files that were not asked for. Of several runs at a time one writes.
package final class Cache {
  private let target: Path
  private let log: Log
  private let reader: CacheReader?
  private var successor: Successor?
  private var section: Section?
  private var asked = Path()
  private var remembered = Path()

  package init(_ path: Path, _ log: Log) throws(Failure) {
    target = path
    self.log = log
    reader = try CacheReader(path, log)
    successor = try Successor(of: path)
    guard let successor else {
      log.warn("\(path): another process is writing the cache, which stays as it is")
      return
    }
    section = Section(Output(successor.descriptor, "\(path).new"), tool: "s4l-hash")
    try section?.open(Cache.head)
  }

  private static var head: Head {
    var head = Head(.selection)
    head.isOrdered = true
    return head
  }

  /// What earlier runs found of a file.
  package func known(_ path: Path) -> Known? {
    guard asked < path else { return nil }
    asked = path
    guard let reader else { return nil }
    while reader.record != nil, reader.path < path { reader.advance() }
    guard reader.record != nil, reader.path == path else { return nil }
    do { return try reader.known() } catch {
      log.warn("\(target): \(path): \(error.message); the file is read again")
      return nil
    }
  }

  /// Keeps what was found of a file.
  ///
  /// A cache that cannot be written is given up, with a warning.
  package func remember(_ path: Path, _ known: Known) {
    guard let section, remembered < path else { return }
    remembered = path
    do {
      try section.entry(bytes: known.version.size) { Cache.write($0, path, known) }
    } catch {
      giveUp(error)
    }
  }

  private static func write(_ writer: Writer, _ path: Path, _ known: Known) {
    let version = known.version
    writer.add(.path, name: path)
    writer.add(.size, version.size)
    writer.add(.mtime, version.mtime)
    writer.add(.ctime, version.ctime)
    writer.add(.inode, text: "\(version.inode)")
    writer.add(.device, text: "\(version.device)")
    known.sums.write(Recipe(Algorithm.allCases, partSize: 0), writer)
  }

  private func giveUp(_ failure: Failure) {
    log.warn("\(failure.message); the cache stays as it was")
    section = nil
    successor?.withdraw()
    successor = nil
  }

  /// Puts what was learnt in place.
  ///
  /// Files that were not asked for are forgotten only if all there are were.
  package func finish(isExhaustive: Bool) {
    guard let section, let successor else { return }
    do {
      try section.close(isComplete: true)
      if !isExhaustive { try merge(successor) }
      try successor.replace()
      self.section = nil
      self.successor = nil
    } catch {
      giveUp(error)
    }
  }

  /// Merges the old cache with what was learnt, and leaves the result where that stood.
  private func merge(_ learnt: Successor) throws(Failure) {
    // What is wrong with it was said when it was read the first time.
    let quiet = Log(tool: log.tool, level: .fatal)
    guard let old = try CacheReader(target, quiet) else { return }
    guard let both = try Successor(of: target, suffix: ".new.merged") else {
      throw Failure(.later, "\(target)", "another process is merging it")
    }
    try learnt.rewind()
    let output = Section(Output(both.descriptor, "\(target)"), tool: "s4l-hash")
    try output.open(Cache.head)
    let new = CacheReader(learnt.descriptor, "\(target).new", log)
    while let record = new.record ?? old.record {
      if let kept = old.record, new.record == nil || old.path < new.path {
        try output.forward(kept)
        old.advance()
        continue
      }
      if old.record != nil, old.path == new.path { old.advance() }
      try output.forward(record)
      new.advance()
    }
    try output.close(isComplete: true)
    // The lock on what was learnt is still held, so no other process stands between.
    try both.replace(learnt)
  }
}
