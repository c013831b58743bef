package import Core
internal import Records
package import Store
package import Stream
internal import System
package import Values

/// Lists a store as a walk lists a folder: with the same filters, limits, folders and holes, so
/// that the two can be compared.
///
/// A store knows no folders; they are what the paths of its files lead through. Where a store holds
/// a file whose name ends in a slash, as some programs make one for each folder, it is that folder.
package final class Survey {
  private let store: any Store
  private let scope: Scope
  private let wish: ListWish
  private let filters: Bool
  private let selects: Bool
  private let listsFolders: Bool
  private let section: Section
  /// Whether a folder that does not exist is an empty one.
  private let mayBeAbsent: Bool
  /// How long the addresses hold that entries are to have.
  private let addressed: Span?
  /// Whether a plain etag is told as the MD5 that it is.
  private let tellsDigests: Bool
  /// How many folders a path may lead through.
  private let maxDepth: Int
  /// Is told of folders that were too deep to be entered, where that is no matter of course.
  private let notice: TooDeep?
  private var isBegun = false
  private var ascent = Ascent()
  /// The folder that was told last, whose parents were told before it.
  private let home = Buffer()
  /// The folder that was last found to be too deep.
  private let shut = Buffer()

  package init(
    _ store: any Store, _ scope: Scope, _ wish: ListWish, addressed: Span? = nil,
    tellsDigests: Bool = false, mayBeAbsent: Bool = false, warning log: Log? = nil,
    _ section: Section
  ) {
    self.mayBeAbsent = mayBeAbsent && store.abilities.makesFolders
    self.store = store
    self.scope = scope
    let usual = store.abilities.depth
    let maxDepth = scope.maxDepth < .max ? scope.maxDepth : usual ?? .max
    self.maxDepth = maxDepth
    notice = usual == nil || maxDepth == 0 ? nil : log.map { TooDeep(maxDepth, $0) }
    var wish = wish
    wish.isFlat = maxDepth == 0
    wish.depth = maxDepth
    self.addressed = addressed
    self.tellsDigests = tellsDigests && store.abilities.trustsETags
    self.section = section
    filters = !scope.filter.isEmpty
    selects = scope.isSelection
    listsFolders = scope.listsFolders && !scope.isSelection
    wish.tellsFolders = listsFolders
    if filters { wish.enters = Survey.entrance(scope.filter) }
    self.wish = wish
  }

  /// Writes the whole listing as a section of its own. If it breaks off, what was listed stands; if
  /// nothing was, there is no section.
  package func list() throws(Failure) -> Status {
    if let sentinel = scope.sentinel {
      do { _ = try store.look(sentinel) } catch {
        throw Failure(error.kind, "\(sentinel)", "the sentinel: \(error.reason)")
      }
    }
    // A store that gives no addresses says so before anything is written.
    if let addressed { _ = try store.presign(Path(text: "a"), addressed) }
    do {
      try store.list(wish) { [self] (listed) throws(Failure) in
        if !isBegun { try begin() }
        try take(listed)
      }
      if !isBegun { try begin() }
    } catch {
      if isBegun { abandon() }
      if !error.subject.isEmpty { throw error }
      guard mayBeAbsent, !isBegun, error.kind == .absent else {
        throw Failure(error.kind, "\(store.location)", error.reason)
      }
      try begin()
    }
    notice?.end()
    try section.close(isComplete: !Interrupt.isRequested)
    return section.status
  }

  /// Which folders a filter lets us go into, those above them given.
  private static func entrance(
    _ filter: Filter
  ) -> @Sendable (UnsafeRawBufferPointer) -> Bool {
    { path in
      let start = path.lastIndex(of: Path.slash).map { $0 + 1 } ?? 0
      return filter.descends(into: path, name: UnsafeRawBufferPointer(rebasing: path[start...]))
    }
  }

  private func begin() throws(Failure) {
    isBegun = true
    var head = Head(selects ? .selection : .listing, root: store.location)
    head.isOrdered = true
    head.filters = scope.filter.rules
    head.hasFolders = scope.listsFolders
    head.grain = store.abilities.grain
    try section.open(head)
    if listsFolders { try folder(UnsafeRawBufferPointer(start: nil, count: 0)) }
  }

  /// Closes what broke off. A second failure on the way says less than the first.
  private func abandon() {
    do { try section.close(isComplete: false) } catch {}
  }

  private func take(_ listed: Listed) throws(Failure) {
    let path =
      switch listed {
      case .file(let file): file.path
      case .folder(let path), .hole(let path, _): path
      }
    if path.isEmpty {
      if case .hole(_, let failure) = listed { try hole(path, failure) }
      return
    }
    try ascent.step(to: path)
    let (depth, isReserved) = Ascent.look(at: path)
    if isReserved { return }
    if depth > maxDepth { return try pass(path) }
    switch listed {
    case .file(let file): path.last == Path.slash ? try marker(file) : try self.file(file)
    case .folder: try foldersAbove(path)
    case .hole(_, let failure): if scope.filter.passes(path) { try hole(path, failure) }
    }
  }

  @inline(__always)
  private func file(_ file: Listed.View) throws(Failure) {
    if listsFolders { try foldersAbove(file.path) }
    if filters, !scope.filter.passes(file.path) { return }
    if selects, !scope.selects(size: file.size, time: file.mtime ?? file.stored) { return }
    var address: String?
    if let addressed { address = try store.presign(Path(file.path), addressed) }
    try section.entry(bytes: file.size) { writer in
      writer.members(of: file)
      if tellsDigests, let etag = file.etag, etag.count == 32 { writer.add(.md5, name: etag) }
      if let address { writer.add(.url, text: address) }
    }
  }

  private func hole(_ path: UnsafeRawBufferPointer, _ failure: Failure) throws(Failure) {
    try section.hole(path, kind: .failed(failure.kind), reason: failure.reason)
  }

  // MARK: Folders

  /// A file that stands for a folder.
  private func marker(_ file: Listed.View) throws(Failure) {
    guard listsFolders else { return }
    try foldersAbove(UnsafeRawBufferPointer(rebasing: file.path.dropLast()))
    home.clear()
    home.append(file.path)
    try folder(file.path, mtime: file.mtime)
  }

  /// Tells the folders that a path leads through and that were not told yet.
  private func foldersAbove(_ path: UnsafeRawBufferPointer) throws(Failure) {
    guard listsFolders else { return }
    var common = 0
    while common < min(home.count, path.count), home.base[common] == path[common] { common += 1 }
    for place in common..<path.count where path[place] == Path.slash {
      let above = UnsafeRawBufferPointer(rebasing: path[...place])
      home.clear()
      home.append(above)
      try folder(above)
    }
  }

  private func folder(
    _ path: UnsafeRawBufferPointer, mtime: Timestamp? = nil
  ) throws(Failure) {
    guard scope.filter.passes(path) else { return }
    try section.entry(bytes: 0) { writer in
      writer.add(.path, name: path)
      writer.add(.size, 0)
      if let mtime { writer.add(.mtime, mtime) }
    }
  }

  /// Passes over what lies too deep; the folder that it lies in is told once.
  private func pass(_ path: UnsafeRawBufferPointer) throws(Failure) {
    if shut.count > 0, path.starts(with: shut.bytes) { return }
    var rest = maxDepth
    var start = 0
    for place in 0..<path.count where path[place] == Path.slash {
      if rest == 0 {
        shut.clear()
        shut.append(UnsafeRawBufferPointer(rebasing: path[...place]))
        break
      }
      rest -= 1
      start = place + 1
    }
    try foldersAbove(UnsafeRawBufferPointer(rebasing: path[..<start]))
    let folder = UnsafeRawBufferPointer(rebasing: shut.bytes.dropLast())
    let name = UnsafeRawBufferPointer(rebasing: folder[start...])
    guard scope.filter.passes(shut.bytes), scope.filter.descends(into: folder, name: name) else {
      return
    }
    notice?.take(shut.bytes)
    try section.hole(shut.bytes, kind: .chosen, reason: "deeper than was asked for")
  }
}

extension Scope {
  /// A file of which no time is known is left in: nothing says that it is not meant.
  fileprivate func selects(size: Int, time: Timestamp?) -> Bool {
    if let time { return selects(size: size, mtime: time) }
    var timeless = self
    timeless.notBefore = nil
    timeless.notAfter = nil
    return timeless.selects(size: size, mtime: Timestamp(seconds: 0))
  }
}
