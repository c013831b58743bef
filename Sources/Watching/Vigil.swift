package import Core
internal import Stream
package import System
package import Tree
package import Values

/// Watches roots for as long as it may run, and tells it in sections: what happens, and whenever
/// something may have been missed, everything anew.
package final class Vigil {
  private let scope: Scope
  private let happenings: Happening.Choice
  private let output: Output
  private let log: Log
  private let tool: String
  private var roots: [Root]
  private var kernel: Kernel
  private var observer: Observer
  private var section: Section
  private var isOpen = false
  private let loop: Loop
  private var mounts = Mounts.current()
  private var haveMountsChanged = false
  /// Whether what is found is listed before it is watched on.
  private var lists: Bool

  package init(
    _ roots: [Path], _ scope: Scope, _ happenings: Happening.Choice, lists: Bool, _ tool: String,
    _ output: Output, _ log: Log
  ) throws(Failure) {
    Machine.raiseOpenFiles()
    self.roots = try Root.all(roots).map { Root($0) }
    self.scope = scope
    self.happenings = happenings
    self.lists = lists
    self.output = output
    self.log = log
    self.tool = tool
    loop = try Loop()
    (kernel, observer, section) = try Vigil.begin(
      self.roots.map(\.path), scope, happenings, tool, output, log)
  }

  /// A new queue of the kernel, and all that depends on it.
  private static func begin(
    _ roots: [Path], _ scope: Scope, _ happenings: Happening.Choice, _ tool: String,
    _ output: Output, _ log: Log
  ) throws(Failure) -> (Kernel, Observer, Section) {
    let kernel: Kernel
    do throws(SystemError) { kernel = try Kernel(happenings) } catch {
      if error.isOutOfFiles { throw Limits.failure(error, 0) }
      throw error.failure("inotify")
    }
    let backlog = Backlog()
    let outlet = Outlet(output, backlog, kernel.notices)
    let section = Section(Output("stdout", sink: outlet.write), tool: tool)
    let teller = Teller(section, roots, happenings, log)
    return (kernel, Observer(roots, scope, kernel, teller, backlog), section)
  }

  package func run() throws(Failure) -> Status {
    try Interrupt.watch(on: loop) {}
    watchMounts()
    Outlet.watchReader(of: output, on: loop)
    for place in roots.indices where !roots[place].isThere(mounts) {
      throw Failure(.absent, "\(roots[place].path)", "there is no such folder")
    }
    loop.watch(kernel.notices.descriptor, .reading) { _ in }
    try resume()
    lists = true
    try turn()
    try close(isComplete: true)
    return status
  }

  private var earlier = Status.success
  private var status: Status { earlier.joined(with: section.status) }

  // MARK: The loop

  private func turn() throws(Failure) {
    while true {
      let count = try fetch()
      observer.backlog.isLast = Interrupt.isRequested
      switch try observer.work() {
      case .lost: try startOver()
      case .doubt: try reconsider()
      case .waiting(let patience): try wait(patience)
      case .idle:
        if haveMountsChanged {
          haveMountsChanged = false
          try reconsider()
        } else if count < Notices.most / 2 {
          if Interrupt.isRequested, count == 0 { return }
          try wait(nil)
        }
      }
    }
  }

  private func fetch() throws(Failure) -> Int {
    if observer.backlog.isFull { return 0 }
    return try kernel.notices.read(into: observer.backlog.arriving)
  }

  /// Waits for notices, the end of a span, or for a root that is not there.
  private func wait(_ patience: Int64?) throws(Failure) {
    try section.output.flush()
    // While that took its time, more may have been read.
    if Interrupt.isRequested || observer.backlog.arriving.count > 0 { return }
    let isMissing = roots.indices.contains { !observer.isWatched($0) }
    var isTime = false
    var timers: [Loop.Timer] = []
    if let patience { timers.append(loop.after(patience) {}) }
    if isMissing { timers.append(loop.after(Vigil.rootInterval) { isTime = true }) }
    try loop.turn(mayWait: true)
    for timer in timers { loop.cancel(timer) }
    if isTime, patience == nil { try lookForRoots() }
  }

  /// How often a root that is not there is looked for.
  private static let rootInterval: Int64 = 1_000_000_000

  private func watchMounts() {
    let bell = Mounts.bell()
    if bell >= 0 { loop.watch(bell, []) { [unowned self] _ in haveMountsChanged = true } }
  }

  // MARK: Roots

  /// After notices were lost, nothing that is known can be relied on.
  private func startOver() throws(Failure) {
    log.warn("more happened than could be told; everything is listed anew")
    try close(isComplete: false)
    loop.forget(kernel.notices.descriptor)
    earlier = status
    (kernel, observer, section) = try Vigil.begin(
      roots.map(\.path), scope, happenings, tool, output, log)
    loop.watch(kernel.notices.descriptor, .reading) { _ in }
    try resume()
  }

  /// Something has happened to roots, or above them: those that are not what they were are let go,
  /// and looked for anew.
  private func reconsider() throws(Failure) {
    mounts = .current()
    var lost = observer.takeDoubts()
    for place in roots.indices where observer.isWatched(place) && !roots[place].isSame(mounts) {
      lost.insert(place)
    }
    if lost.isEmpty { return }
    for place in lost.sorted() {
      log.warn("\(roots[place].path): it was removed, moved, mounted or unmounted")
      observer.remove(place)
    }
    try close(isComplete: false)
    try resume()
  }

  private func lookForRoots() throws(Failure) {
    mounts = .current()
    let isBack = roots.indices.contains {
      !observer.isWatched($0) && roots[$0].isThere(mounts)
    }
    guard isBack else { return }
    try close(isComplete: true)
    try resume()
  }

  /// Watches and lists the roots that are there and not watched, and goes on.
  private func resume() throws(Failure) {
    mounts = .current()
    for place in roots.indices where !observer.isWatched(place) {
      if Interrupt.isRequested { return }
      guard roots[place].isThere(mounts), try observer.add(place) else { continue }
      roots[place].settle(mounts)
      guardAbove(place)
      if lists, try !list(place) { observer.remove(place) }
    }
    guard roots.indices.contains(where: observer.isWatched) else { return }
    var head = Head(.events, root: roots.count == 1 ? roots[0].path : nil)
    head.filters = scope.filter.rules
    head.links = scope.links.rawValue
    try section.open(head)
    isOpen = true
    try observer.tellUnknown()
    try section.output.flush()
  }

  private func guardAbove(_ place: Int) {
    let mask: Notice.Mask = [.deletedSelf, .movedSelf, .onlyFolders]
    var watches: [Int32] = []
    for folder in roots[place].above {
      // One that may not be looked at cannot be watched either.
      if case .success(let watch) = kernel.notices.watch(folder, mask.rawValue) {
        watches.append(watch)
      }
    }
    observer.guards(watches)
  }

  /// Writes the listing of a root; false if it is not the root that it was any more: then the
  /// listing is not complete, however it looks.
  private func list(_ place: Int) throws(Failure) -> Bool {
    let walk: Walk
    do { walk = try Walk(roots[place].path, scope) } catch {
      if error.kind == .absent { return false }
      throw error
    }
    try section.open(scope.head(roots[place].path))
    var isRoot = true
    do { try walk.run(into: section, jobs: 1) } catch {
      guard error.kind != .io || error.subject != "stdout" else { throw error }
      log.warn(error.message)
      isRoot = false
    }
    mounts = .current()
    isRoot = isRoot && roots[place].isSame(mounts)
    try section.close(isComplete: isRoot && !Interrupt.isRequested)
    return isRoot
  }

  private func close(isComplete: Bool) throws(Failure) {
    guard isOpen else { return try section.output.flush() }
    isOpen = false
    try section.close(isComplete: isComplete)
  }
}
