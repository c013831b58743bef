package import Core
package import Records
package import Stream
internal import Manifests
internal import Store
internal import System
internal import Tree
internal import Values

/// Deletes what a place holds and a complete listing does not name.
///
/// With a manifest only files that it names are looked at, and what counts is whether the listing
/// names their source, if that is of its root and may be named at all; without, all files of the
/// place are. A store has no manifest.
package struct Orphans: Cleaner {
  private let orders: Orders
  private let ignoresManifest: Bool
  private let log: Log
  private let remover: any Remover
  private let docket = Docket()
  private var head: Head?
  private var named = Named()
  private var holes = Holes()
  private var withholding = Withholding()
  private var sections = 0
  private var isWhole = true
  package private(set) var refusal: Failure?

  package init(_ orders: Orders, ignoresManifest: Bool = false, _ log: Log) throws(Failure) {
    self.orders = orders
    self.ignoresManifest = ignoresManifest
    self.log = log
    remover = try orders.remover(log)
  }

  package var settling: () throws(Failure) -> Void {
    { [remover] () throws(Failure) in try remover.settle() }
  }

  package mutating func begin(_ head: inout Head) throws(Failure) {
    head.isDry = head.isDry || orders.isDry
    // Deletes are told when they are done, not where they stood.
    head.isOrdered = false
    self.head = head
    sections += 1
    named = Named()
    holes = Holes()
    withholding = Withholding()
    orders.spare(head.root, &holes)
    if try !orders.putBack(in: head, log) { isWhole = false }
  }

  package mutating func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    switch record.kind {
    case .hole: holes.add(record.path ?? UnsafeRawBufferPointer(start: nil, count: 0))
    case .entry, .change, .outcome:
      if record.path != nil { try named.add(source: record.ownPath, target: record.name(.target)) }
      if record.kind == .outcome {
        try withholding.note(record)
        if let target = try Owned.made(by: record) {
          try named.add(made: target, of: record.ownPath)
        }
      }
    case .event, .head, .tail, .task, .verdict, .record, .summary, .progress, .other: return false
    }
    try section.forward(record)
    return true
  }

  package mutating func end(_ ending: Ending, _ section: Section) throws(Failure) {
    if !isWhole { section.note(.partial) }
    if let objection = objection(ending) {
      log.warn("\(objection): no orphans were looked for")
      return section.note(.partial)
    }
    guard let head else { return }
    try named.finish()
    var manifest: Manifest?
    var ground: Folder?
    var isLean = true
    let found = Spool()
    let scope = try Orphans.scope(of: head)
    var weight: Int?
    let total: Int?
    switch orders.root {
    case .folder(let root):
      ground = try Orphans.open(root)
      guard let ground else { return }
      manifest = try ignoresManifest ? nil : Manifest(of: ground)
      if let manifest {
        let owned = Owned(
          manifest: manifest, ground: ground, origin: Manifest.origin(head.root), holes: holes,
          filter: scope.filter, absence: Absence(orders.open, doubtsEmptiness: true),
          takesRenamed: orders.takesRenamed, log: log)
        isLean = try owned.search(&named, found, isDry: head.isDry, section)
        let weighed = try owned.weigh(found)
        (weight, total) = (weighed.deletes, weighed.total)
      } else if orders.isLibrary {
        return
      } else {
        total = try search(try Standing(root, scope), found, section)
      }
    case .store(let store):
      total = try search(Stock(store, scope), found, section)
    }
    guard let total else { return section.note(.partial) }
    // All that was found is weighed, not only what is confirmed: of a listing that is wrong as a
    // whole, earlier runs may have confirmed a part.
    let refused = orders.brakes.objection(to: weight ?? found.count, of: total)
    let doomed = try refused == nil ? confirmed(found, ground, scope.filter) : found
    refusal = refused.map { Failure(.refused, "\(orders.root.name)", $0) }
    try replay(doomed, refused, manifest, section)
    try remover.finish()
    // Without need nothing is written, not even for a moment.
    if !head.isDry, !isLean || doomed.count > 0 { try manifest?.compact() }
  }

  /// Those of the orphans that enough runs have found.
  private func confirmed(
    _ found: Spool, _ ground: Folder?, _ filter: Filter
  ) throws(Failure) -> Spool {
    guard orders.confirmRuns > 1, let ground, let head else { return found }
    let holes = holes
    let origin = Manifest.origin(head.root)
    let doubts = Doubts(ground, needed: orders.confirmRuns)
    let doomed = try doubts.confirm(found, isDry: head.isDry) { (note) throws(Failure) in
      if let root = try note.name(.root), root != origin { return true }
      return note.ownPath.bytes.withUnsafeBytes { holes.cover($0) || !filter.passes($0) }
    }
    if doomed.count < found.count {
      log.info("\(found.count - doomed.count) orphans stay until later runs find them too")
    }
    return doomed
  }

  /// Why absence means nothing here; nil if it means that a file is not there.
  private mutating func objection(_ ending: Ending) -> String? {
    switch ending {
    case .bare:
      refusal = Planned.headless
      return "there is no head"
    case .cut: return Interrupt.isRequested ? "the run was stopped" : "the input was cut off"
    case .tail(let tail):
      if let view = head?.view, view != .listing {
        refusal = Failure(.data, "stdin", "orphans need a listing; this is a section of \(view)")
        return "the section is no listing"
      }
      if sections > 1 {
        refusal = Failure(.data, "stdin", "orphans need one listing; this is the second section")
        return "there is more than one section"
      }
      return tail.isComplete ? nil : "the listing is incomplete"
    }
  }

  private static func open(_ root: Path) throws(Failure) -> Folder? {
    do { return try Folder.open(root) } catch {
      if error.kind == .absent { return nil }
      throw error
    }
  }

  /// What of a place the listing speaks of.
  private static func scope(of head: Head) throws(Failure) -> Scope {
    var scope = Scope()
    scope.links = head.links == Scope.Links.list.rawValue ? .list : .skip
    do throws(Pattern.Flaw) { scope.filter = try Filter(rules: head.filters) } catch {
      throw Failure(.data, "stdin", error.reason)
    }
    return scope
  }

  /// Finds the files of the place that are not named; how many files there are, nil if not known.
  private mutating func search(
    _ inventory: some Inventory, _ found: Spool, _ section: Section
  ) throws(Failure) -> Int? {
    var total = 0
    var named = named
    let holes = holes
    let log = log
    let isWhole = try inventory.forEach { (record) throws(Failure) in
      guard record.kind == .entry, let path = record.path else {
        if record.kind == .hole, !record.holds(.kind, "chosen") {
          log.warn("\(record.ownPath): \(try record.text(.reason) ?? "it could not be listed")")
          section.note(.partial)
        }
        return
      }
      total += 1
      if try named.holds(Array(path), as: .target) || holes.cover(path) { return }
      try found.append(record)
    }
    self.named = named
    return isWhole ? total : nil
  }

  private mutating func replay(
    _ found: Spool, _ refused: String?, _ manifest: Manifest?, _ section: Section
  ) throws(Failure) {
    let isDry = head?.isDry ?? true
    try found.forEach { (record) throws(Failure) in
      if Interrupt.isRequested { return false }
      let path = try record.name(.target) ?? record.ownPath
      let tell = docket.outcome(of: record, into: section, except: [.root, .view])
      var reason = refused
      if reason == nil { reason = try objection(to: record) }
      if let reason {
        try tell(.kept(.later, "withheld: \(reason)"))
        return true
      }
      guard let manifest else {
        try remover.remove(path, try Evidence(planned: record), dry: isDry, tell)
        return true
      }
      try remover.removeOwned(path, record, dry: isDry) { (fate) throws(Failure) in
        if fate.isOK, !isDry { try manifest.forget(path) }
        try tell(fate)
      }
      return true
    }
  }

  private func objection(to record: Record) throws(Failure) -> String? {
    if orders.despiteErrors { return nil }
    return withholding.objection(to: try record.integer(.size).map { [$0] } ?? [])
  }
}
