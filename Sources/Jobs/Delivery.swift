package import Annals
package import Core
internal import Glibc
package import Pipeline
internal import Records
internal import Stream
internal import System
package import Tasks
package import Values

/// A `file_sync` task as pipes that are to be run, one after the other.
///
/// A whole folder is compared with a listing of its target, by size alone. Of files that are named
/// each target is looked at by itself, so that a part of a large folder does not cost a listing of
/// all that the bucket holds.
package struct Delivery {
  private let task: FileSync
  /// Where prefixes begin.
  private let base: Path
  package var deletesSources = false
  package var isDry = false

  package init(_ task: FileSync, below base: Path) {
    self.task = task
    self.base = base
  }

  /// Where the files go that lie below a prefix.
  private func target(_ prefix: Path) -> Path {
    let joined = base.bytes.last == UInt8(ascii: ":") ? Path(base.bytes + prefix.bytes) : nil
    return joined ?? base.appending(prefix)
  }

  private var target: Path { target(task.prefix) }

  /// What it needs while it runs. Parts of a folder go at the same time, the whole only once.
  package func claim(_ configuration: Configuration) throws(Failure) -> Claim {
    let isWhole = task.pairs.isEmpty && task.files == nil
    let job = isWhole ? Array("file_sync ".utf8) + task.folder.bytes + [10] + target.bytes : []
    return Claim(.shared, [try configuration.claimed(target)], job: job)
  }

  package func courses() throws(Failure) -> [Course] {
    if !task.pairs.isEmpty { return try courses(of: task.pairs) }
    guard try FileSync.form(of: task.folder) == .folder else {
      throw Failure(errno: ENOTDIR, task.folder)
    }
    guard let files = task.files else { return [try whole(task.folder, target)] }
    return [try named(files.map { .init($0, to: $0) }, in: task.folder, target)]
  }

  /// A folder as a whole.
  private func whole(_ folder: Path, _ target: Path) throws(Failure) -> Course {
    var line = line(folder, target)
    line.plan = [Array("--compare=size".utf8)]
    return try Course(line, .push)
  }

  /// Files by their names below a folder and below the target.
  private func named(
    _ files: [FileSync.Pair], in folder: Path, _ target: Path, followsLinks: Bool = false
  ) throws(Failure) -> Course {
    let scratch = try Scratch()
    let section = Section(Output(scratch.descriptor, "temporary file"), tool: "s4l-run")
    var head = Head(.selection, root: try folder.resolved())
    if followsLinks { head.links = "follow" }
    try section.open(head)
    for file in files {
      try section.entry(bytes: 0) { writer in
        writer.add(.path, name: file.from)
        if file.to != file.from { writer.add(.target, name: file.to) }
      }
    }
    try section.close(isComplete: true)
    return try Course(line(folder, target), naming: scratch)
  }

  private func line(_ folder: Path, _ target: Path) -> Line {
    var line = Line()
    line.source = folder
    line.target = target
    line.moves = deletesSources
    line.resends = task.overwrites
    line.overwrites = task.overwrites
    line.isDry = isDry
    return line
  }

  /// Single files, those of one folder together; a pair may name a folder as well.
  private func courses(of pairs: [FileSync.Pair]) throws(Failure) -> [Course] {
    var courses: [Course] = []
    var groups: [(folder: Path, files: [FileSync.Pair])] = []
    let (files, folders) = try sorted(pairs)
    try FileSync.checkKeys(files, beside: folders)
    for pair in folders {
      courses.append(try whole(pair.from, target(task.prefix.appending(pair.to))))
    }
    for pair in files {
      let file = FileSync.Pair(pair.from.name, to: pair.to)
      if let place = groups.firstIndex(where: { $0.folder == pair.from.parent }) {
        groups[place].files.append(file)
      } else {
        groups.append((pair.from.parent, [file]))
      }
    }
    for group in groups {
      courses.append(try named(group.files, in: group.folder, target, followsLinks: true))
    }
    return courses
  }

  /// The pairs that name files, and those that name folders.
  private func sorted(
    _ pairs: [FileSync.Pair]
  ) throws(Failure) -> (files: [FileSync.Pair], folders: [FileSync.Pair]) {
    var sorted: (files: [FileSync.Pair], folders: [FileSync.Pair]) = ([], [])
    for pair in pairs {
      switch try form(of: pair) {
      case nil: continue
      case .folder: sorted.folders.append(pair)
      default: sorted.files.append(pair)
      }
    }
    return sorted
  }

  /// What a pair names. Where sources go once they have arrived, one that is not there may have
  /// arrived with an earlier try: nil.
  private func form(of pair: FileSync.Pair) throws(Failure) -> Inode.Form? {
    do { return try FileSync.form(of: pair.from) } catch {
      if error.kind == .absent, deletesSources { return nil }
      throw error
    }
  }
}
