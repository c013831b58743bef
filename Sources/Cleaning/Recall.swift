internal import Core
internal import Manifests
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// Deletes what was made of files that an event says are gone: of a media library, the targets that
/// its manifest names for a source, and nothing else.
///
/// A manifest is read from end to end, so events are gathered, and carried out when no more come or
/// there are many. The look at the source is taken then: nothing that is back by that time goes.
final class Recall {
  /// Where a source lay.
  private struct Spot: Hashable {
    var root: Path?
    var path: Path
  }

  private struct Loss {
    var path: Path
    var root: Path
    var tell: Telling
    /// The fate of the first target that stays, and how many went.
    var kept: Fate?
    var count = 0
  }

  private static let most = 1_000

  private let root: Path
  private let remover: any Remover
  private let ration: Ration
  private let absence: Absence
  private let docket = Docket()
  private var losses: [Loss] = []
  private var section: Section?
  private var isDry = false

  /// Nil if the place is no library.
  init?(_ orders: Orders, _ remover: any Remover, _ ration: Ration) throws(Failure) {
    guard case .folder(let root) = orders.root else { return nil }
    if !orders.isLibrary, try Recall.manifest(of: root) == nil { return nil }
    self.root = root
    self.remover = remover
    self.ration = ration
    absence = Absence(orders.open, doubtsEmptiness: true)
  }

  private static func manifest(of root: Path) throws(Failure) -> Manifest? {
    do { return try Manifest(of: try Folder.open(root)) } catch {
      if error.kind == .absent { return nil }
      throw error
    }
  }

  /// Takes what an event says is gone from a root.
  func add(
    _ path: Path, from root: Path, _ section: Section, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure) {
    self.section = section
    isDry = dry
    losses.append(Loss(path: path, root: root, tell: tell))
    if losses.count >= Recall.most { try settle() }
  }

  /// Carries out what was gathered.
  func settle() throws(Failure) {
    guard let section, !losses.isEmpty else { return }
    var gone: [Spot: Int] = [:]
    absence.forget()
    for place in losses.indices {
      let loss = losses[place]
      if let objection = absence.objection(to: loss.path, goneFrom: loss.root) {
        losses[place].kept = objection
      } else {
        let spot = Spot(root: Manifest.origin(loss.root), path: loss.path)
        if gone[spot] == nil { gone[spot] = place }
      }
    }
    if !gone.isEmpty, let manifest = try Recall.manifest(of: root) {
      try remove(gone, manifest, section)
    }
    let all = losses
    losses = []
    let otherwise = Interrupt.isRequested ? Fate.kept(.later, "the run was stopped") : nil
    for loss in all {
      try loss.tell(loss.kept ?? otherwise ?? (loss.count > 0 ? .removed : .gone))
    }
  }

  private func remove(
    _ gone: [Spot: Int], _ manifest: Manifest, _ section: Section
  ) throws(Failure) {
    let found = Spool()
    _ = try manifest.forEach { (record) throws(Failure) in
      if try Recall.place(of: record, gone) != nil { try found.append(record) }
    }
    try found.forEach { (record) throws(Failure) in
      guard let place = try Recall.place(of: record, gone) else { return true }
      if Interrupt.isRequested { return false }
      let tell = docket.outcome(of: record, into: section, except: [.root, .view])
      if let objection = try ration.take() {
        losses[place].kept = losses[place].kept ?? objection
        try tell(objection)
        return true
      }
      let target = try record.name(.target) ?? Path()
      try remover.removeOwned(target, record, dry: isDry) { [self] (fate) throws(Failure) in
        ration.settle(fate)
        if fate.isOK {
          losses[place].count += 1
          if !isDry { try manifest.forget(target) }
        } else {
          losses[place].kept = losses[place].kept ?? fate
        }
        try tell(fate)
      }
      return true
    }
    try remover.settle()
    remover.prune()
  }

  /// Which loss a line of the manifest is concerned by: that of its source, or of a folder above.
  /// Where nobody knows in which place its source lay, none.
  private static func place(of record: Record, _ gone: [Spot: Int]) throws(Failure) -> Int? {
    guard let root = try record.name(.root) else { return nil }
    var spot = Spot(root: root, path: record.ownPath)
    while !spot.path.isEmpty {
      if let place = gone[spot] { return place }
      spot.path = spot.path.parent
    }
    return nil
  }
}

extension Remover {
  /// Removes what a manifest names, if it is as it was when it was written: what somebody has
  /// changed is theirs.
  func removeOwned(
    _ target: Path, _ line: Record, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure) {
    let evidence = try Evidence(planned: line)
    guard evidence.size != nil, evidence.mtime != nil else {
      return try tell(.kept(.refused, "the manifest does not say what it was"))
    }
    // No folder is ever noted, so none is meant.
    if target.isFolder { return try tell(.kept(.refused, "it is a folder")) }
    try remove(target, evidence, dry: dry, tell)
  }
}
