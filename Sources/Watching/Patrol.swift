package import Core
internal import Stream
package import System
package import Tree
package import Values

/// Lists roots again and again and tells what is different: for file systems of which the kernel is
/// not told what others do to them.
package final class Patrol {
  private let scope: Scope
  private let interval: Span
  private let log: Log
  private var roots: [Root]
  private var snapshots: [Snapshot?]
  private let section: Section
  private let teller: Teller
  private let loop: Loop
  private var isOpen = false
  private var lists: Bool

  package init(
    _ roots: [Path], _ scope: Scope, _ happenings: Happening.Choice, every interval: Span,
    lists: Bool, _ tool: String, _ output: Output, _ log: Log
  ) throws(Failure) {
    self.roots = try Root.all(roots).map { Root($0) }
    self.scope = scope
    self.interval = interval
    self.lists = lists
    self.log = log
    snapshots = self.roots.map { _ in nil }
    section = Section(output, tool: tool)
    teller = Teller(section, self.roots.map(\.path), happenings, log)
    loop = try Loop()
    try Interrupt.watch(on: loop) {}
    Outlet.watchReader(of: output, on: loop)
  }

  package func run() throws(Failure) -> Status {
    let mounts = Mounts.current()
    for root in roots where !root.isThere(mounts) {
      throw Failure(.absent, "\(root.path)", "there is no such folder")
    }
    try resume()
    lists = true
    while !Interrupt.isRequested {
      var isTime = false
      loop.after(interval.nanoseconds) { isTime = true }
      try loop.run { isTime }
      if isTime { try round() }
    }
    try close(isComplete: true)
    return section.status
  }

  /// Compares each root with what it was.
  private func round() throws(Failure) {
    var hasChanged = false
    for place in roots.indices {
      guard let old = snapshots[place] else {
        if roots[place].isThere(.current()) { hasChanged = true }
        continue
      }
      guard let new = try look(place) else {
        if Interrupt.isRequested { return }
        log.warn("\(roots[place].path): it was removed, moved, mounted or unmounted")
        snapshots[place] = nil
        try close(isComplete: false)
        hasChanged = true
        continue
      }
      let next = try Snapshot()
      try Comparison(
        old: old.reader(), new: new.reader(), next: next, teller: teller, root: place
      ).run()
      snapshots[place] = next
      try section.output.flush()
    }
    if hasChanged {
      try close(isComplete: true)
      try resume()
    }
  }

  /// What there is below a root; nil if it is not the root that it was, or we are told to stop.
  private func look(_ place: Int) throws(Failure) -> Snapshot? {
    let snapshot = try Snapshot()
    do {
      guard roots[place].isSame(.current()) else { return nil }
      try snapshot.take(roots[place].path, scope)
    } catch {
      if error.subject == "temporary file" { throw error }
      log.warn(error.message)
      return nil
    }
    // Without its root, or cut short, it would look empty.
    return roots[place].isSame(.current()) && !Interrupt.isRequested ? snapshot : nil
  }

  private func resume() throws(Failure) {
    for place in roots.indices where snapshots[place] == nil {
      let mounts = Mounts.current()
      guard roots[place].isThere(mounts) else { continue }
      roots[place].settle(mounts)
      guard let snapshot = try look(place) else { continue }
      snapshots[place] = snapshot
      guard lists else { continue }
      try section.open(scope.head(roots[place].path))
      let reader = try snapshot.reader()
      try reader.advance()
      while let record = reader.record {
        try section.forward(record)
        try reader.advance()
      }
      try section.close(isComplete: true)
    }
    guard snapshots.contains(where: { $0 != nil }) else { return }
    var head = Head(.events, root: roots.count == 1 ? roots[0].path : nil)
    head.filters = scope.filter.rules
    head.links = scope.links.rawValue
    try section.open(head)
    isOpen = true
    try section.output.flush()
  }

  private func close(isComplete: Bool) throws(Failure) {
    guard isOpen else { return try section.output.flush() }
    isOpen = false
    try section.close(isComplete: isComplete)
  }
}
