package import Core
package import Records
internal import System
package import Values

/// A side of a plan.
package enum Side: String, CaseIterable, Sendable {
  case left, right

  package var other: Side { self == .left ? .right : .left }

  /// The side of a plan that a location stands on; `nil` under any other head.
  ///
  /// Why refuse to guess: a plan made for one folder and carried out on another deletes what it
  /// never compared.
  package static func of(
    _ location: Path, chosen: Side?, in head: Head
  ) throws(Failure) -> Side? {
    guard head.view == .plan else { return nil }
    if let chosen { return chosen }
    if location == head.right { return .right }
    if location == head.left { return .left }
    throw Failure(
      .usage, "\(location)",
      "the plan is for \(head.left.map { "\($0)" } ?? "?") and "
        + "\(head.right.map { "\($0)" } ?? "?"), not for this location; --side would choose one")
  }

  package func location(in head: Head) -> Path? {
    self == .left ? head.left : head.right
  }
}

extension Head {
  /// Keeps in mind where a tool carries the plan out: what it does at another place than that of
  /// the side it was given says nothing of that side.
  package mutating func note(_ side: Side?, at location: Path) {
    guard view == .plan, let place = side?.location(in: self), place != location else { return }
    guard place.isAbsolute, location.isAbsolute,
      case .success(let one) = place.withCString({ Inode.at(0, $0, followsLinks: true) }),
      case .success(let two) = location.withCString({ Inode.at(0, $0, followsLinks: true) }),
      one.inode == two.inode, one.device == two.device
    else { return isElsewhere = true }
  }
}

/// Whose record it is: every tool acts on its own and forwards the rest.
package enum Ownership {
  /// Whether a tool that copies acts on the record; `isRetry` takes failed copies, only those.
  package static func copies(_ record: Record, to side: Side?, isRetry: Bool = false) -> Bool {
    if isRetry {
      return record.kind == .outcome && record.holds(.did, "copy") && record.isFailed
        && record.path != nil && (side == nil || record.isFor(side))
    }
    switch record.kind {
    case .entry: return side == nil && record.path != nil
    case .change: return record.holds(.action, "copy") && record.isFor(side)
    case .event: return isAddition(record) || record.holds(.event, "rename")
    case .outcome, .hole, .head, .tail, .task, .verdict, .record, .summary, .progress, .other:
      return false
    }
  }

  /// Whether the record says that the target is right already, which a tool that copies can
  /// confirm.
  package static func keeps(_ record: Record, on side: Side?) -> Bool {
    record.kind == .change && record.holds(.action, "keep") && record.isFor(side)
      && record.path?.last != Path.slash && !record.has(.link)
  }

  private static func isAddition(_ record: Record) -> Bool {
    record.holds(.event, "create") || record.holds(.event, "write")
  }

  /// Whether a tool that removes acts on the record, given that it carries out plans.
  package static func deletes(_ record: Record, on side: Side?) -> Bool {
    switch record.kind {
    case .change: record.holds(.action, "delete") && record.isFor(side)
    case .event: record.holds(.event, "remove")
    case .entry, .outcome, .hole, .head, .tail, .task, .verdict, .record, .summary, .progress,
      .other:
      false
    }
  }

  /// Whether the record names a file on the source's side whose bytes can be looked at.
  package static func reads(_ record: Record) -> Bool {
    guard let path = record.path, let last = path.last, last != Path.slash else { return false }
    switch record.kind {
    case .entry: return !record.has(.link)
    case .change:
      let isThere = record.holds(.action, "copy") || record.holds(.action, "keep")
      return isThere && record.isFor(nil) && !record.has(.link)
    case .event: return isAddition(record)
    case .outcome, .hole, .head, .tail, .task, .verdict, .record, .summary, .progress, .other:
      return false
    }
  }
}

extension Record {
  /// Whether a change is to be made on this side; a plan that names none has one target, the right.
  package func isFor(_ side: Side?) -> Bool {
    switch side {
    case nil, .right: !has(.to) || holds(.to, "right")
    case .left: holds(.to, "left")
    }
  }

  package var isFailed: Bool { has(.ok) && !saysTrue(.ok) }

  private func saysTrue(_ member: Member) -> Bool {
    do { return try flag(member) ?? false } catch { return false }
  }
}
