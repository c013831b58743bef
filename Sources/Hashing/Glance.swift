internal import Core
internal import System
internal import Values

/// Looks at files whose digests are known, one after the other, without opening them.
///
/// In a listing the files of one folder follow each other. So their folder is opened once, as files
/// are: no link leads there. That a name in it belongs to the version of the file that the digests
/// are of is all there is to see.
final class Glance {
  private var source: Source?
  private var path: [UInt8] = []
  private var folder: Folder?

  /// What is known of the file, if it holds; nil where the file has to be opened.
  func recall(_ question: Question, _ source: Source) -> Known? {
    guard let known = question.known, !source.followsLinks, question.path.objection == nil
    else { return nil }
    let bytes = question.path.bytes
    let end = bytes.lastIndex(of: Path.slash).map { $0 + 1 } ?? 0
    guard let folder = parent(bytes[..<end], source) else { return nil }
    guard case .success(let inode) = folder.look(Path(bytes[end...])), inode.form == .file,
      question.size ?? inode.size == inode.size, question.mtime ?? inode.mtime == inode.mtime,
      Version(inode) == known.version, known.sums.cover(question.recipe, size: inode.size)
    else { return nil }
    return known
  }

  private func parent(_ name: ArraySlice<UInt8>, _ source: Source) -> Folder? {
    if self.source === source, path.elementsEqual(name) { return folder }
    self.source = source
    path = Array(name)
    folder = name.isEmpty ? source.folder : source.beneath(Path(name).trimmed)
    return folder
  }
}
