package import Core
internal import Records
internal import Settings
internal import Values

/// What is to be done to the collections of a PocketBase, that they say what some groups say.
package struct Sending: Sendable {
  package enum Step: Equatable, Sendable {
    case create(Leaf, id: String)
    case update(Leaf, id: String)
    case delete(Shelf, name: String, id: String)
  }

  package private(set) var steps: [Step] = []
  /// What there is now of what would be written or removed, and what there will be.
  package private(set) var before: [Configuration.Group] = []
  package private(set) var after: [Configuration.Group] = []

  /// `removes` has what the groups do not say removed: jobs, watchers, and keys that are ours.
  ///
  /// Why never all of a collection: who pushes the wrong file would end every job of everybody.
  package init(
    _ groups: [Configuration.Group], over volume: Volume, removes: Bool
  ) throws(Failure) {
    let there = volume.distant().groups
    let leaves = Leaf.all(groups)
    let old = Dictionary(
      Leaf.all(there).map { (Sending.key($0.shelf, $0.name), $0) },
      uniquingKeysWith: { one, _ in one })
    for leaf in leaves {
      guard volume.shelves.contains(leaf.shelf) else {
        throw Failure(
          .absent, leaf.shelf.rawValue,
          "the server has no such collection; --create makes it, with the fields "
            + leaf.shelf.fieldsInWords)
      }
      if let reason = leaf.objection { throw Failure(.config, leaf.label, reason) }
      guard let id = volume.ids[leaf.shelf]?[leaf.name] else {
        steps.append(.create(leaf, id: leaf.id))
        continue
      }
      if old[Sending.key(leaf.shelf, leaf.name)]?.body != leaf.body {
        steps.append(.update(leaf, id: id))
      }
    }
    if removes { try remove(leaves, old, volume) }
    tell(groups, there)
  }

  /// The collections that have to be made before.
  package static func missing(_ groups: [Configuration.Group], over volume: Volume) -> [Shelf] {
    let needed = Set(Leaf.all(groups).map(\.shelf))
    return Shelf.allCases.filter { needed.contains($0) && !volume.shelves.contains($0) }
  }

  private static func key(_ shelf: Shelf, _ name: String) -> String { "\(shelf.rawValue) \(name)" }

  private mutating func remove(
    _ leaves: [Leaf], _ old: [String: Leaf], _ volume: Volume
  ) throws(Failure) {
    let wanted = Set(leaves.map { Sending.key($0.shelf, $0.name) })
    // Whoever refers to a job goes before it.
    for shelf in Shelf.allCases.reversed() {
      let names = (volume.ids[shelf] ?? [:]).keys.sorted().filter { name in
        shelf != .config || old[Sending.key(shelf, name)] != nil
      }
      let gone = names.filter { !wanted.contains(Sending.key(shelf, $0)) }
      if !gone.isEmpty, gone.count == names.count, !leaves.contains(where: { $0.shelf == shelf }) {
        throw Failure(
          .refused, shelf.rawValue,
          "the file has nothing of this: every record would go, which is never done")
      }
      for name in gone {
        guard let id = volume.ids[shelf]?[name] else { continue }
        steps.append(.delete(shelf, name: name, id: id))
      }
    }
  }

  private mutating func tell(_ groups: [Configuration.Group], _ there: [Configuration.Group]) {
    let touched = Set(
      steps.map { step in
        switch step {
        case .create(let leaf, _), .update(let leaf, _): Sending.key(leaf.shelf, leaf.name)
        case .delete(let shelf, let name, _): Sending.key(shelf, name)
        }
      })
    func isTouched(_ shelf: Shelf, _ name: String) -> Bool {
      touched.contains(Sending.key(shelf, name))
    }
    func told(_ group: Configuration.Group) -> Configuration.Group? {
      var group = group
      if let shelf = Shelf(rawValue: group.section) {
        guard isTouched(shelf, group.name ?? "") else { return nil }
        // What a record says whether it was said or not.
        let usual = ["enabled"] + (shelf.hasSchedule ? ["schedule.type"] : [])
        for key in usual where group.entries[key] == nil {
          let standard = Schema.section(group.section)?.setting(key)?.standard
          group.entries[key] = standard.map { .init($0, .standard) }
        }
        return group
      }
      group.entries = group.entries.filter { isTouched(.config, "\(group.section).\($0.key)") }
      return group.entries.isEmpty ? nil : group
    }
    before = there.compactMap(told)
    after = groups.compactMap(told)
  }
}

extension Leaf {
  /// Why a server is not to be told of it; nil if it may.
  var objection: String? { shelf == .config ? nil : Volume.objection(toName: name) }

  /// The id that its record gets, the same each time: one that was sent twice is there once.
  var id: String {
    let digits = String(FNV.hash("\(shelf.rawValue)\n\(name)".utf8) >> 4, radix: 16)
    return String(repeating: "0", count: 15 - digits.utf8.count) + digits
  }
}

extension Configuration {
  /// What a file says and others may be told, with a sentence for each key that holds a password.
  package static func open(_ groups: [Group]) -> (groups: [Group], remarks: [String]) {
    var remarks: [String] = []
    let open = groups.compactMap { group -> Group? in
      var own = group
      own.entries = [:]
      for setting in Schema.section(group.section)?.settings ?? [] {
        guard let entry = group.entries[setting.name], case .file = entry.origin,
          Schema.isOpen(group.section, setting)
        else { continue }
        if setting.discreet(entry.value) != entry.value {
          remarks.append("\(group.label).\(setting.name): it holds a password: it is not sent")
        } else {
          own.entries[setting.name] = entry
        }
      }
      return own.entries.isEmpty ? nil : own
    }
    return (open, remarks)
  }
}
