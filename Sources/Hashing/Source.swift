package import Core
package import System
package import Values

/// What one file is asked for.
package struct Question: Sendable {
  package var path: Path
  /// What the record says of the file; the file must agree.
  package var size: Int?
  package var mtime: Timestamp?
  package var recipe: Recipe
  package var known: Known?

  package init(
    _ path: Path, size: Int? = nil, mtime: Timestamp? = nil, recipe: Recipe, known: Known? = nil
  ) {
    self.path = path
    self.size = size
    self.mtime = mtime
    self.recipe = recipe
    self.known = known
  }
}

/// What is remembered of a file: its digests, and the version of it that they belong to.
package struct Known: Equatable, Sendable {
  package var version: Version
  package var sums: Sums

  package init(_ version: Version, _ sums: Sums) {
    self.version = version
    self.sums = sums
  }
}

/// What tells one version of a file on this machine from another.
package struct Version: Equatable, Sendable {
  package var device: UInt64
  package var inode: UInt64
  package var size: Int
  package var mtime: Timestamp
  package var ctime: Timestamp

  package init(device: UInt64, inode: UInt64, size: Int, mtime: Timestamp, ctime: Timestamp) {
    self.device = device
    self.inode = inode
    self.size = size
    self.mtime = mtime
    self.ctime = ctime
  }

  package init(_ inode: Inode) {
    self.init(
      device: inode.device, inode: inode.inode, size: inode.size, mtime: inode.mtime,
      ctime: inode.ctime)
  }

  /// Whether a change to the file after this moment would show in its times.
  ///
  /// File systems keep time in steps, some of two seconds: a file that changed just before it was
  /// read may change again within the same step and look the same.
  package func isSettled(at moment: Timestamp) -> Bool {
    max(mtime, ctime) < moment.advanced(by: -2_000_000_000)
  }
}

/// What became of a question.
package enum Verdict: Sendable {
  /// The digests; `isSettled` if they may be remembered.
  case found(Known, isCached: Bool, isSettled: Bool)
  case failed(Failure)
  /// We were told to stop before there was an answer.
  case stopped
}

/// The folder that the files lie below.
package final class Source: Sendable {
  let folder: Folder
  let followsLinks: Bool
  private let clock: @Sendable () -> Timestamp

  package init(
    _ root: Path, followsLinks: Bool, clock: @escaping @Sendable () -> Timestamp = Clock.now
  ) throws(Failure) {
    folder = try Folder.open(root)
    self.followsLinks = followsLinks
    self.clock = clock
  }

  /// The folder of that path, if no link leads there.
  func beneath(_ path: Path) -> Folder? {
    switch folder.beneath(path) {
    case .success(let found): found
    case .failure: nil
    }
  }

  /// Answers a question, looking twice at a file that changes meanwhile.
  package func answer(_ question: Question, _ digest: FileDigest) -> Verdict {
    var tries = 2
    while true {
      if Interrupt.isRequested { return .stopped }
      tries -= 1
      do {
        return try look(question, digest)
      } catch {
        if error.kind != .later { return .failed(error) }
        if tries == 0 { return Interrupt.isRequested ? .stopped : .failed(error) }
      }
    }
  }

  private func look(_ question: Question, _ digest: FileDigest) throws(Failure) -> Verdict {
    let path = question.path
    if let objection = path.objection { throw Failure(.refused, "\(path)", objection) }
    let file = try folder.file(path, followsLinks: followsLinks)
    let moment = clock()
    let inode = try Inode.of(file.number, path)
    guard inode.form == .file else {
      throw Failure(.later, "\(path)", "it is no longer a regular file")
    }
    guard question.size ?? inode.size == inode.size, question.mtime ?? inode.mtime == inode.mtime
    else { throw Failure(.later, "\(path)", "the file changed since it was listed") }
    let version = Version(inode)
    let known = question.known?.version == version ? question.known : nil
    if let known, known.sums.cover(question.recipe, size: inode.size) {
      return .found(known, isCached: true, isSettled: true)
    }
    var sums = known?.sums ?? Sums()
    sums.add(try digest.sums(of: file, inode, question.recipe, path))
    return .found(
      Known(version, sums), isCached: false, isSettled: version.isSettled(at: moment))
  }
}
