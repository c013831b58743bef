internal import Core
internal import System
internal import Tree
internal import Values

/// Turns notices of the kernel into events.
///
/// It keeps the tree of the folders that are watched, and asks the ground for everything else: what
/// stands at a path now, and to watch one more folder. So a kernel is needed only below it.
///
/// What it sees when it looks may be newer than the notice that it handles. The rule that keeps the
/// events true all the same: whoever follows them to the end of the notices knows the tree as it
/// is. A name is looked at after each notice of it, and what cannot be found any more is passed
/// over, as another notice must tell why. As long as notices are older than the last listing of a
/// folder (`isAhead`), even the tree of folders is newer than they are; then a folder that a notice
/// names is looked at anew instead of being moved or removed unseen.
final class Observer {
  enum Verdict: Equatable, Sendable {
    /// All is told.
    case idle
    /// The other half of a move may come within so many nanoseconds.
    case waiting(Int64)
    /// The kernel had to drop notices.
    case lost
    /// A root may be gone.
    case doubt
  }

  let ground: any Ground
  let teller: Teller
  let scope: Scope
  let roots: [Path]
  let backlog: Backlog
  let tree = Watched()
  var ahead = Ahead()
  let spot = Spot()
  let other = Spot()
  /// Watches of folders above the roots.
  private var guards: Set<Int32> = []
  /// Roots that something has happened to.
  private(set) var doubts: Set<Int> = []
  /// Whether something has happened above the roots.
  private(set) var isSuspicious = false
  /// The node and the device of each root that is watched.
  var tops: [(node: Int, device: UInt64)?]
  /// Folders that could not be entered while nothing was told yet.
  var unknown: [(root: Int, path: [UInt8], error: SystemError)] = []
  var owed = Owed()
  /// Second places of folders, of which it was said that they are.
  var twins: Set<Nodes.Key> = []
  /// Counts spans of time that ended when all notices had been handled, and when this one began.
  var period: Int32 = 1
  var begun: Int64 = 0
  var lastMove: (from: Nodes.Key, to: Nodes.Key)?
  /// Files whose move was told as a removal, as the other half of it did not come in time.
  private var halves: [UInt32: Nodes.Key] = [:]
  private var now: Int64 = 0
  private var lastWatch: (watch: Int32, node: Int, epoch: Int) = (-1, 0, -1)

  init(
    _ roots: [Path], _ scope: Scope, _ ground: any Ground, _ teller: Teller, _ backlog: Backlog
  ) {
    self.backlog = backlog
    self.roots = roots
    self.scope = scope
    self.ground = ground
    self.teller = teller
    tops = Array(repeating: nil, count: roots.count)
  }

  /// How many folders are watched.
  var count: Int { tree.nodes.count }

  /// Handles the notices that have been read.
  func work() throws(Failure) -> Verdict {
    now = ground.now
    while true {
      backlog.refill(at: now)
      while let (notice, length) = backlog.next() {
        if notice.mask.contains(.overflow) { return .lost }
        switch try handle(notice, length) {
        case .done: break
        case .readOn: backlog.refill(at: now)
        case .waiting(let patience): return .waiting(patience)
        }
        if isSuspicious || !doubts.isEmpty { return .doubt }
      }
      if backlog.arriving.count > 0 { continue }
      try repay()
      if backlog.arriving.count > 0 { continue }
      forget()
      return .idle
    }
  }

  /// Whether notices may be still to come that are older than what was seen.
  var isAhead: Bool { ahead.horizon > backlog.handled || !ahead.isOver(at: now) }

  /// Forgets what was needed for older notices only.
  private func forget() {
    if isAhead { return }
    ahead.clear()
    if !owed.isEmpty { return }
    twins = []
    tree.recycle()
  }

  /// What was listed until now is ahead of the notices that wait.
  func settle() {
    ahead.extend(to: backlog.read + ground.queued, at: ground.now)
  }

  /// Watches what lies above a root, so that it is known when that is moved.
  func guards(_ watches: [Int32]) { guards.formUnion(watches) }

  func takeDoubts() -> Set<Int> {
    defer {
      doubts = []
      isSuspicious = false
    }
    return doubts
  }

  // MARK: Notices

  private enum Course {
    case done
    /// More has been read, in which the answer may be.
    case readOn
    case waiting(Int64)
  }

  private func node(_ watch: Int32) -> Int? {
    if lastWatch.watch == watch, lastWatch.epoch == tree.epoch { return lastWatch.node }
    guard let node = tree.nodes.at(watch: watch) else { return nil }
    lastWatch = (watch, node, tree.epoch)
    return node
  }

  private func handle(
    _ notice: Notice, _ length: Int
  ) throws(Failure) -> Course {
    forget()
    let mask = notice.mask
    guard let node = node(notice.watch) else {
      if mask.contains(.movedTo) { _ = backlog.isHandled(notice.cookie) }
      if guards.contains(notice.watch), !mask.isDisjoint(with: [.deletedSelf, .movedSelf]) {
        isSuspicious = true
      }
      backlog.pass(length)
      return .done
    }
    if mask.contains(.movedFrom) { return try moved(notice, node, length) }
    backlog.pass(length)
    if notice.name.isEmpty {
      itself(node, mask)
    } else if mask.contains(.movedTo) {
      if !backlog.isHandled(notice.cookie) { try arrived(node, notice) }
    } else if mask.contains(.deleted) {
      try removed(node, notice)
    } else if mask.contains(.folder) {
      try folderChanged(node, notice)
    } else {
      try changed(node, notice.name, mask.union(restOfRun(notice)))
    }
    return .done
  }

  /// What the next notices say of the same file: a file that is made, written and closed is one
  /// event.
  private func restOfRun(_ notice: Notice) -> Notice.Mask {
    var seen: Notice.Mask = []
    while let (next, length) = backlog.next(), next.watch == notice.watch,
      next.mask.isSubset(of: .change), next.name.count == notice.name.count,
      next.name.elementsEqual(notice.name)
    {
      seen.formUnion(next.mask)
      backlog.pass(length)
    }
    return seen
  }

  private func itself(_ node: Int, _ mask: Notice.Mask) {
    let isRoot = tree.nodes.parent(node) == nil
    if mask.contains(.unmounted)
      || isRoot && !mask.isDisjoint(with: [.deletedSelf, .movedSelf, .ignored])
    {
      doubts.insert(tree.nodes.root(node))
    }
    if mask.contains(.ignored) { tree.unwatch(tree.nodes.watch(node)) }
  }

  private func moved(
    _ notice: Notice, _ node: Int, _ length: Int
  ) throws(Failure) -> Course {
    let isFolder = notice.mask.contains(.folder)
    guard let arrival = backlog.arrival(of: notice.cookie) else {
      if backlog.arriving.count > 0 { return .readOn }
      let patience = backlog.patience(at: now)
      if patience > 0 { return .waiting(patience) }
      backlog.pass(length)
      if !isFolder {
        if halves.count == 64 { halves = [:] }
        halves[notice.cookie] = Nodes.Key(parent: node, name: Array(notice.name))
      }
      try departed(node, notice.name, isFolder: isFolder)
      return .done
    }
    backlog.pass(length)
    let from = Nodes.Key(parent: node, name: Array(notice.name))
    guard let target = self.node(arrival.watch) else {
      try departed(node, notice.name, isFolder: isFolder)
      return .done
    }
    let to = Nodes.Key(parent: target, name: Array(arrival.name))
    if isFolder { try folderMoved(from, to) } else { try fileMoved(from, to) }
    return .done
  }

  private func arrived(_ node: Int, _ notice: Notice) throws(Failure) {
    if notice.mask.contains(.folder) {
      _ = try examine(node, Array(notice.name), .arrived)
    } else {
      if let from = halves.removeValue(forKey: notice.cookie) {
        lastMove = (from, Nodes.Key(parent: node, name: Array(notice.name)))
      }
      ahead.remove(node, notice.name)
      try changed(node, notice.name, [.created, .movedTo])
    }
  }

  private func removed(_ node: Int, _ notice: Notice) throws(Failure) {
    if notice.mask.contains(.folder) {
      try folderRemoved(node, Array(notice.name))
    } else {
      try fileRemoved(node, notice.name)
    }
  }

  private func departed(
    _ node: Int, _ name: UnsafeRawBufferPointer, isFolder: Bool
  ) throws(Failure) {
    // If it has changed places with something that nobody watches, that stands here now.
    if isFolder {
      _ = try examine(node, Array(name), .departed)
    } else {
      try fileRemoved(node, name)
      try lookAgain(Nodes.Key(parent: node, name: Array(name)))
    }
  }
}
