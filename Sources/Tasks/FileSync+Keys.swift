package import Core
internal import Glibc
internal import System
internal import Values

/// No two files get one key: the second would replace the first, whose source may be gone by then.
extension FileSync {
  package static func checkKeys(
    _ files: [Pair], beside folders: [Pair] = [], _ kind: Failure.Kind = .data
  ) throws(Failure) {
    if files.isEmpty || files.count == 1 && folders.isEmpty { return }
    var seen: [Path: Path] = [:]
    for file in files {
      if let other = seen.updateValue(file.from, forKey: file.to) {
        throw clash(file.to, other, file.from, kind)
      }
    }
    for folder in folders {
      if let file = seen[folder.to] { throw clash(folder.to, file, folder.from, kind) }
      for file in files where file.to.isWithin(folder.to) {
        try check(file, beside: folder, kind)
      }
    }
  }

  /// A key below that of a folder is free as long as the folder has nothing of that name.
  private static func check(
    _ file: Pair, beside folder: Pair, _ kind: Failure.Kind
  ) throws(Failure) {
    let name = Path(file.to.bytes.dropFirst(folder.to.bytes.count).drop { $0 == Path.slash })
    let place = folder.from.appending(name)
    guard place != file.from else { return }
    let found = place.withCString { Inode.at(AT_FDCWD, $0, followsLinks: false) }
    if case .success = found { throw clash(file.to, place, file.from, kind) }
  }

  private static func clash(
    _ key: Path, _ one: Path, _ other: Path, _ kind: Failure.Kind
  ) -> Failure {
    Failure(kind, "\(key)", "two files would get this key: \(one) and \(other)")
  }
}
