package import Core
package import Records
internal import Settings

/// One record as we would write it.
package struct Leaf: Equatable, Sendable {
  package let shelf: Shelf
  /// What it is about: a key, or the id of a job.
  package let name: String
  package let body: JSON

  /// How messages call it.
  package var label: String { "\(shelf.rawValue): \(name)" }

  /// The records that say what groups say, as far as that is open; secrets are not, nor is what is
  /// not set.
  package static func all(_ groups: [Configuration.Group]) -> [Leaf] {
    groups.flatMap { group in
      if let shelf = Shelf(rawValue: group.section), let name = group.name {
        return [Leaf(shelf: shelf, name: name, body: body(group, name, shelf))]
      }
      return keys(group)
    }
  }

  private static func keys(_ group: Configuration.Group) -> [Leaf] {
    settings(of: group).compactMap { setting in
      guard let entry = group.entries[setting.name] else { return nil }
      let name = "\(group.section).\(setting.name)"
      return Leaf(
        shelf: .config, name: name,
        body: .object([
          .init("key", .text(name)), .init("value", JSON(entry.value)),
        ]))
    }
  }

  private static func settings(of group: Configuration.Group) -> [Setting] {
    (Schema.section(group.section)?.settings ?? []).filter { Schema.isOpen(group.section, $0) }
  }

  private static func body(
    _ group: Configuration.Group, _ name: String, _ shelf: Shelf
  ) -> JSON {
    var spec: [JSON.Field] = []
    for setting in settings(of: group) where !isField(setting) {
      guard let entry = group.entries[setting.name] else { continue }
      add(JSON(entry.value), at: setting, to: &spec)
    }
    var fields: [JSON.Field] = [
      .init("name", .text(name)), .init("enabled", .flag(group.flag("enabled") ?? true)),
    ]
    if shelf.hasSchedule {
      let text = When.text(
        type: group.text("schedule.type"), interval: group.text("schedule.interval"),
        expression: group.text("schedule.expression"))
      fields.append(.init("schedule", .text(text)))
    }
    return .object(fields + [.init("spec", .object(spec))])
  }

  /// What has a field of its own.
  private static func isField(_ setting: Setting) -> Bool {
    ["id", "enabled", "schedule.type", "schedule.interval", "schedule.expression"]
      .contains(setting.name)
  }

  /// Keys of one table follow each other, as they are declared.
  private static func add(_ value: JSON, at setting: Setting, to spec: inout [JSON.Field]) {
    let field = JSON.Field(setting.key, value)
    guard let table = setting.table else { return spec.append(field) }
    if let place = spec.firstIndex(where: { $0.name == table }) {
      spec[place].value = .object((spec[place].value.fields ?? []) + [field])
    } else {
      spec.append(.init(table, .object([field])))
    }
  }
}

extension JSON {
  /// Secrets are never asked for.
  fileprivate init(_ value: Configuration.Value) {
    switch value {
    case .text(let text): self = .text(text)
    case .integer(let number): self = .integer(number)
    case .number(let number): self = .number("\(number)")
    case .flag(let flag): self = .flag(flag)
    case .list(let items): self = .list(items.map(JSON.text))
    case .secret: self = .null
    }
  }
}
