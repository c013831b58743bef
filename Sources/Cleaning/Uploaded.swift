package import Core
package import Records
package import Stream
internal import Store
internal import System
internal import Values

/// Deletes source files whose upload was confirmed, as the news of it come in.
package struct Uploaded: Cleaner {
  private let orders: Orders
  private let root: Path
  private let removal: Removal
  private let log: Log
  private var head: Head?
  private var side: Side?
  private var deletes = 0
  /// How many were copied, and nobody has said that the copy is right.
  private var unproven = 0
  /// Whether nothing that a killed run took away is still missing.
  private var isWhole = true
  package private(set) var refusal: Failure?

  package init(_ orders: Orders, _ log: Log) throws(Failure) {
    self.orders = orders
    self.log = log
    guard case .folder(let root) = orders.root else {
      throw Failure(
        .usage, "--uploaded", "\(orders.root.name) is a store; what was uploaded from is a folder")
    }
    self.root = root
    removal = try orders.removal(root, log, keepsCustody: true)
  }

  package var settling: () throws(Failure) -> Void { {} }

  package mutating func begin(_ head: inout Head) throws(Failure) {
    head.isDry = head.isDry || orders.isDry
    // Deletes are told when they are done, not where they stood.
    head.isOrdered = false
    self.head = head
    side = try Side.of(root, chosen: orders.side, in: head)
    if side == nil, let other = head.root, other != root {
      throw Failure(.usage, "\(root)", "the stream is about \(other), not about this folder")
    }
    if try !orders.putBack(in: head, log) { isWhole = false }
  }

  package mutating func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    guard record.kind == .change || record.kind == .outcome else { return false }
    if record.holds(.action, "delete") {
      throw Failure(
        .usage, "--uploaded",
        "the plan deletes files that the source has not: what was uploaded would be deleted next")
    }
    guard try isConfirmed(record) else { return false }
    let path = record.ownPath
    let fate = try fate(of: record, path)
    try section.forward(record)
    let size = try record.integer(.size) ?? 0
    let side = side
    try section.outcome(ok: fate.isOK, bytes: size) { writer in
      writer.add(.path, name: path)
      writer.add(.size, size)
      if let side { writer.add(.to, text: side.rawValue) }
      writer.fate(fate)
    }
    if head?.view == .events { removal.prune() }
    return true
  }

  /// Whether the record says that a file of this folder arrived at its target.
  private mutating func isConfirmed(_ record: Record) throws(Failure) -> Bool {
    guard record.kind == .outcome, record.path != nil, try record.flag(.ok) == true,
      record.holds(.did, "copy") || record.holds(.did, "keep") || record.holds(.did, "verify"),
      try isOurs(record)
    else { return false }
    if try record.flag(.confirmed) == true { return true }
    unproven += 1
    return false
  }

  private func isOurs(_ record: Record) throws(Failure) -> Bool {
    if let side { return record.isFor(side.other) }
    guard let named = try record.name(.root) ?? head?.root else { return true }
    return named == root
  }

  private mutating func fate(of record: Record, _ path: Path) throws(Failure) -> Fate {
    guard let head else {
      refusal = Planned.headless
      return .kept(.later, "withheld: there is no head")
    }
    if side == nil, try record.name(.root) ?? head.root == nil {
      return .kept(.data, "withheld: nobody says which folder it is in")
    }
    guard let evidence = try Evidence(read: record) else {
      return .kept(.data, "withheld: size, mtime, ctime, inode and device are needed")
    }
    if let refusal { return .kept(.later, "withheld: \(refusal.reason)") }
    if let objection = orders.brakes.objection(toEvidenced: deletes + 1) {
      refusal = Failure(.refused, "\(root)", objection)
      return .kept(.later, "withheld: \(objection)")
    }
    let fate = try removal.remove(path, evidence, dry: head.isDry)
    if fate == .removed { deletes += 1 }
    return fate
  }

  package mutating func end(_ ending: Ending, _ section: Section) throws(Failure) {
    removal.finish()
    if unproven > 0, head?.isDry == false {
      log.warn("\(unproven) copies were not confirmed, so their sources stay")
    }
    unproven = 0
    if !isWhole { section.note(.partial) }
  }
}
