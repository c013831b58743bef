internal import Core
internal import Glibc
internal import Records
internal import Stream
internal import System
internal import Values

/// Lists one folder: its files become entries, its folders places to go on from, and whatever
/// cannot be looked at a hole.
final class Visit {
  private let scope: Scope
  private let filters: Bool
  private let selects: Bool
  private let looksAtFolders: Bool
  private let follows: Bool
  private let path = Buffer(capacity: 4_096)
  /// The folder whose prefix the path has.
  private var home: Place?
  private let entries: UnsafeMutableRawBufferPointer
  /// How many names there were, to rest now and then.
  private var steps = 0
  /// One set of names a level, as the names of a folder are gone through while those below are.
  private var levels: [Names] = []
  private var ghosts = Ghosts()

  init(_ scope: Scope) {
    self.scope = scope
    filters = !scope.filter.isEmpty
    selects = scope.isSelection
    follows = scope.links == .follow
    looksAtFolders =
      scope.staysOnFileSystem || scope.links == .follow || scope.listsFolders
    entries = .allocate(byteCount: 65_536, alignment: 16)
  }

  deinit {
    entries.deallocate()
  }

  /// Goes through a folder in order. `settle` is called after each record, `enter` for each folder
  /// that is to be gone through next, which `open` opens.
  func list(
    _ place: Place, level: Int, _ writer: Writer, _ tally: inout Tally,
    settle: (inout Tally) throws(Failure) -> Void,
    enter: (Arrival, inout Tally) throws(Failure) -> Void
  ) throws(Failure) {
    while levels.count <= level { levels.append(Names(spillingAt: scope.spillBound)) }
    let names = levels[level]
    do {
      try names.read(place.folder, entries, followsLinks: follows)
    } catch {
      if place.depth == 0 { throw Failure(error.kind, "the root of the listing", error.reason) }
      setPath(place, nil, 0)
      writer.hole(path.bytes, kind: .failed(error.kind), reason: error.reason, &tally)
      return try settle(&tally)
    }
    scope.meter?.rest()
    try names.each { (name, length, type) throws(Failure) in
      steps &+= 1
      if steps & 255 == 0 { scope.meter?.rest() }
      if type == Names.Kind.folder.rawValue {
        if folder(name, length, place, writer, &tally) {
          try enter(Arrival(path: Array(path.bytes), parent: place), &tally)
        }
      } else {
        file(name, length, type, place, writer, &tally)
      }
      try settle(&tally)
    }
  }

  @inline(__always)
  private func setPath(_ place: Place, _ name: UnsafeMutablePointer<UInt8>?, _ length: Int) {
    if home === place {
      path.count = place.prefix.count
    } else {
      home = place
      path.clear()
      path.append(place.prefix)
    }
    path.append(UnsafeRawBufferPointer(start: name, count: length))
  }

  private func file(
    _ name: UnsafeMutablePointer<UInt8>, _ length: Int, _ type: UInt8, _ place: Place,
    _ writer: Writer, _ tally: inout Tally
  ) {
    setPath(place, name, length)
    let name = UnsafeMutableRawPointer(name).assumingMemoryBound(to: CChar.self)
    if filters {
      let whole = path.bytes
      let last = UnsafeRawBufferPointer(rebasing: whole[place.prefix.count...])
      if !scope.filter.lists(whole, name: last) { return }
    }
    switch look(name, place) {
    case .failure(let error):
      if error.isAbsent, !(follows && type == Names.Kind.link.rawValue) {
        if ghosts.lists(name, place) { ghost(writer, &tally) }
        return
      }
      writer.hole(path.bytes, kind: .failed(error.kind), reason: error.words, &tally)
    case .success(let inode):
      switch inode.form {
      case .file: entry(inode, writer, &tally)
      case .link: link(name, inode, place, writer, &tally)
      case .folder:
        writer.hole(
          path.bytes, kind: .failed(.later), reason: "it became a folder meanwhile", &tally)
      case .fifo: writer.hole(path.bytes, kind: .chosen, reason: "a fifo", &tally)
      case .socket: writer.hole(path.bytes, kind: .chosen, reason: "a socket", &tally)
      case .device: writer.hole(path.bytes, kind: .chosen, reason: "a device", &tally)
      }
    }
  }

  private func ghost(_ writer: Writer, _ tally: inout Tally) {
    writer.hole(
      path.bytes, kind: .failed(.io), reason: "its folder lists it, but it cannot be found", &tally)
  }

  @inline(__always)
  private func look(
    _ name: UnsafePointer<CChar>, _ place: Place
  ) -> Result<Inode, SystemError> {
    Inode.at(
      place.folder.descriptor, name, followsLinks: follows, brief: !scope.isDetailed)
  }

  @inline(__always)
  private func entry(_ inode: Inode, _ writer: Writer, _ tally: inout Tally) {
    if selects, !scope.selects(size: inode.size, mtime: inode.mtime) { return }
    tally.entry(bytes: inode.size)
    if !scope.isDetailed {
      return writer.entry(path: path.bytes, size: inode.size, mtime: inode.mtime)
    }
    writer.begin(.entry)
    writer.add(.path, name: path.bytes)
    writer.add(.size, inode.size)
    writer.add(.mtime, inode.mtime)
    detail(inode, writer)
    writer.end()
  }

  private func detail(_ inode: Inode, _ writer: Writer) {
    writer.add(.ctime, inode.ctime)
    writer.add(.mode, text: String(inode.permissions, radix: 8))
    writer.add(.inode, text: "\(inode.inode)")
    writer.add(.device, text: "\(inode.device)")
  }

  private func link(
    _ name: UnsafePointer<CChar>, _ inode: Inode, _ place: Place, _ writer: Writer,
    _ tally: inout Tally
  ) {
    guard scope.links == .list else {
      return writer.hole(path.bytes, kind: .chosen, reason: "a symbolic link", &tally)
    }
    let target: Path
    switch place.folder.link(name) {
    case .success(let found): target = found
    case .failure(let error):
      if error.isAbsent {
        if ghosts.lists(name, place) { ghost(writer, &tally) }
        return
      }
      return writer.hole(path.bytes, kind: .failed(error.kind), reason: error.words, &tally)
    }
    if selects, !scope.selects(size: inode.size, mtime: inode.mtime) { return }
    tally.entry(bytes: inode.size)
    writer.begin(.entry)
    writer.add(.path, name: path.bytes)
    writer.add(.size, inode.size)
    writer.add(.mtime, inode.mtime)
    writer.add(.link, name: target)
    if scope.isDetailed { detail(inode, writer) }
    writer.end()
  }

  /// Whether a folder is to be entered.
  private func folder(
    _ name: UnsafeMutablePointer<UInt8>, _ length: Int, _ place: Place, _ writer: Writer,
    _ tally: inout Tally
  ) -> Bool {
    setPath(place, name, length)
    if filters, !passesFilter(place, writer, &tally) { return false }
    guard place.depth < scope.maxDepth else {
      writer.hole(path.bytes, kind: .chosen, reason: "deeper than was asked for", &tally)
      return false
    }
    return true
  }

  /// Opens a folder to go on from; nil where it cannot or is not to be entered.
  func open(
    _ arrival: Arrival, _ writer: Writer, _ tally: inout Tally
  ) throws(Failure) -> Place? {
    let folder: Folder
    switch opened(arrival) {
    case .success(let opened): folder = opened
    case .failure(let error):
      if error.number == ENOENT {
        if withName(after: arrival.parent, { ghosts.lists($0, arrival.parent) }) {
          ghost(writer, &tally)
        }
        return nil
      }
      let kind: HoleKind = .failed(error.number == ENOTDIR ? .later : error.kind)
      writer.hole(path.bytes, kind: kind, reason: error.words, &tally)
      return nil
    }
    var identity: (device: UInt64, inode: UInt64) = (0, 0)
    if looksAtFolders {
      let inode = try Inode.of(folder.descriptor, Path(path.bytes))
      identity = (inode.device, inode.inode)
      if let reason = objection(inode, arrival.parent) {
        writer.hole(path.bytes, kind: .chosen, reason: reason, &tally)
        return nil
      }
      if scope.listsFolders { folderEntry(inode, writer, &tally) }
    }
    return Place(folder, arrival.path, identity, in: arrival.parent)
  }

  private func opened(_ arrival: Arrival) -> Result<Folder, SystemError> {
    home = nil
    path.clear()
    path.append(arrival.path)
    return withName(after: arrival.parent) { name in
      arrival.parent.folder.open(name, followsLinks: follows)
    }
  }

  /// Hands out the last part of the path as the system wants it: a NUL in place of the slash.
  private func withName<Answer>(
    after place: Place, _ body: (UnsafePointer<CChar>) -> Answer
  ) -> Answer {
    path.base[path.count - 1] = 0
    defer { path.base[path.count - 1] = Path.slash }
    let name = UnsafeMutableRawPointer(path.base + place.prefix.count)
    return body(name.assumingMemoryBound(to: CChar.self))
  }

  private func objection(_ inode: Inode, _ place: Place) -> String? {
    if scope.staysOnFileSystem, inode.device != place.device { return "another file system" }
    if follows, place.lies(below: inode.device, inode.inode) {
      return "a link that leads back here"
    }
    return nil
  }

  /// Whether the filter lets a folder be entered. One whose contents alone are left out is listed.
  private func passesFilter(_ place: Place, _ writer: Writer, _ tally: inout Tally) -> Bool {
    let whole = UnsafeRawBufferPointer(rebasing: path.bytes.dropLast())
    let last = UnsafeRawBufferPointer(rebasing: whole[place.prefix.count...])
    if scope.filter.descends(into: whole, name: last) { return true }
    if scope.listsFolders, scope.filter.names(whole, name: last),
      case .success(let inode) = withName(
        after: place, { Inode.at(place.folder.descriptor, $0, followsLinks: follows) })
    {
      folderEntry(inode, writer, &tally)
    }
    return false
  }

  func folderEntry(_ inode: Inode, _ writer: Writer, _ tally: inout Tally) {
    if selects { return }
    tally.entry(bytes: 0)
    writer.begin(.entry)
    writer.add(.path, name: path.bytes)
    writer.add(.size, 0)
    writer.add(.mtime, inode.mtime)
    if scope.isDetailed { detail(inode, writer) }
    writer.end()
  }

  /// The entry of the root itself.
  func rootEntry(_ inode: Inode, _ writer: Writer, _ tally: inout Tally) {
    home = nil
    path.clear()
    if scope.listsFolders { folderEntry(inode, writer, &tally) }
  }
}
