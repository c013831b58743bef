package import Core
internal import Records
package import Stream
internal import System
package import Values

/// Lists a tree in byte order of path, as if every folder were called `name/`: the order in which
/// object stores list their keys, so that any two listings can be merged while they are read.
package struct Walk: Sendable {
  private let scope: Scope
  private let root: Place
  private let rootInode: Inode

  /// Opens the root; nothing is listed yet.
  package init(_ path: Path, _ scope: Scope) throws(Failure) {
    self.scope = scope
    Machine.raiseOpenFiles()
    let folder = try Folder.open(path)
    rootInode = try Inode.of(folder.descriptor, path)
    root = Place(folder, [], (rootInode.device, rootInode.inode), in: nil)
    guard let sentinel = scope.sentinel else { return }
    let found = sentinel.withCString { Inode.at(folder.descriptor, $0, followsLinks: true) }
    if case .failure(let error) = found {
      throw Failure(.absent, "\(path.appending(sentinel))", "the sentinel: \(error.words)")
    }
  }

  /// Writes the listing of a folder that does not exist as that of an empty one.
  package static func listNothing(
    _ name: Path, _ scope: Scope, _ section: Section
  ) throws(Failure) -> Status {
    try section.open(scope.head(name))
    try section.close(isComplete: true)
    return section.status
  }

  /// Writes the whole listing as a section of its own.
  package func list(_ name: Path, _ jobs: Int, _ section: Section) throws(Failure) -> Status {
    try section.open(scope.head(name))
    try run(into: section, jobs: jobs)
    try section.close(isComplete: !Interrupt.isRequested)
    return section.status
  }

  /// Writes all entries and holes into the section.
  package func run(into section: Section, jobs: Int) throws(Failure) {
    let visit = Visit(scope)
    var tally = Tally()
    visit.rootEntry(rootInode, section.writer, &tally)
    section.count(tally)
    if jobs > 1 {
      try Parade(scope, root, jobs).run(into: section)
    } else {
      try descend(root, 0, visit, section)
    }
  }

  private func descend(
    _ place: Place, _ level: Int, _ visit: Visit, _ section: Section
  ) throws(Failure) {
    if Interrupt.isRequested { return }
    var tally = Tally()
    try visit.list(place, level: level, section.writer, &tally) { (_) throws(Failure) in
      try section.output.settle()
    } enter: { (arrival, tally) throws(Failure) in
      let next = try visit.open(arrival, section.writer, &tally)
      section.count(tally)
      tally = Tally()
      if let next { try descend(next, level + 1, visit, section) }
    }
    section.count(tally)
  }
}

extension Scope {
  /// The head of the listing of a folder.
  package func head(_ name: Path) -> Head {
    var head = Head(isSelection ? .selection : .listing, root: name)
    head.isOrdered = true
    head.filters = filter.rules
    head.links = links.rawValue
    head.hasFolders = listsFolders
    return head
  }
}
