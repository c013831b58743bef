package import Core
internal import Glibc
package import System

package import Values

/// What must be so before a task is begun.
extension FileSync {
  /// Refuses sources that do not lie below one of the folders; without any, all may be named.
  package func check(below roots: [Path]) throws(Failure) {
    if roots.isEmpty { return }
    let allowed = try roots.map { (root) throws(Failure) in try root.resolved() }
    for path in sources {
      let place = try path.resolved()
      if !allowed.contains(where: place.isWithin) {
        throw Failure(.refused, "\(path)", "it lies below none of the roots of the configuration")
      }
    }
  }

  /// A task that must have ended before and is still to be worked, if there is any. The queues are
  /// opened only if it waits for some.
  package func predecessor(
    _ open: () throws(Failure) -> any TaskStore
  ) throws(Failure) -> Standing? {
    if after.isEmpty { return nil }
    let queues = try open()
    for id in after {
      if let found = try queues.find(id, in: nil), found.state.isOpen { return found }
    }
    return nil
  }

  /// What a path names; a link stands for what it leads to.
  package static func form(of path: Path) throws(Failure) -> Inode.Form {
    switch path.withCString({ Inode.at(AT_FDCWD, $0, followsLinks: true) }) {
    case .success(let inode): return inode.form
    case .failure(let error): throw error.failure(path)
    }
  }

  /// Whether a path names a folder; it must name something.
  package static func isFolder(_ path: Path) throws(Failure) -> Bool {
    try form(of: path) == .folder
  }

  private var sources: [Path] { pairs.map(\.from) + (folder.isEmpty ? [] : [folder]) }

  /// What a summary calls the source: the folder, or that of the first file.
  package var source: Path { folder.isEmpty ? pairs.first?.from.parent.trimmed ?? Path() : folder }
}

extension Configuration {
  /// The folders below which tasks may name files; none if all may be named.
  package var roots: [Path] { group("hook")?.list("roots").map(Path.init(text:)) ?? [] }

  /// Whether sources go once they have arrived, if a task does not say.
  package var deletesSources: Bool { group("daemon")?.flag("delete_after_sync") ?? false }

  /// Where prefixes of tasks begin: the bucket of the remote `s3`, which a section `[s3]` is.
  package func bucketOfTasks() throws(Failure) -> Path {
    guard let remote = group("remote", named: "s3"), remote.isPresent else {
      throw Failure(.config, "s3", "there is no section [s3], which says where tasks send files")
    }
    if remote.text("type") == "s3", remote.text("bucket") == nil {
      throw Failure(.config, "s3.bucket", "it is not set, so tasks do not know where to send files")
    }
    return Path(text: "s3:")
  }
}
