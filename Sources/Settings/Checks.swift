internal import Core

/// What one value alone cannot tell: missing keys, ids, references, keys without effect.
struct Checks {
  private(set) var problems: [Problem] = []

  /// What is run by its id alone, whichever of these it is.
  private static let runnable = ["sync_jobs", "strm_jobs", "repositories"]

  private let mistaken: Set<String>
  /// The names of what is referred to, by its section.
  private var names: [String: Set<String>] = [:]

  /// Keys that are known to be mistaken are not reported as missing too.
  init(_ configuration: Configuration, mistaken: Set<String>) {
    self.mistaken = mistaken
    let bySection = Dictionary(grouping: configuration.groups, by: \.section)
    names = bySection.mapValues { Set($0.compactMap(\.name)) }
    for section in Schema.sections {
      let groups = bySection[section.name] ?? []
      for group in groups {
        if section.shape != .single || group.isPresent { checkRequired(group, section) }
        checkConditions(group, section)
        checkSecrets(group, section)
        checkReferences(group, section)
      }
      if !Checks.runnable.contains(section.name) { checkIdentities(groups) }
    }
    checkIdentities(Checks.runnable.flatMap { bySection[$0] ?? [] })
    problems += LibraryChecks(configuration).problems
  }

  private mutating func checkRequired(_ group: Configuration.Group, _ section: Section) {
    for setting in section.settings where setting.isRequired && group.entries[setting.name] == nil {
      let key = "\(group.label).\(setting.name)"
      guard setting.isMeant(in: group), !mistaken.contains(key) else { continue }
      let reason = setting.condition.map { " while \($0.key) is \(group.text($0.key) ?? "")" } ?? ""
      problems.append(
        .error(
          group.origin, key,
          "this must be set\(reason); allowed is \(setting.kind.allowed)"))
    }
  }

  private mutating func checkConditions(_ group: Configuration.Group, _ section: Section) {
    for setting in section.settings {
      guard let condition = setting.condition, let entry = group.entries[setting.name],
        group.entries[condition.key] != nil, !setting.isMeant(in: group)
      else { continue }
      problems.append(
        .warning(
          entry.origin, "\(group.label).\(setting.name)",
          "this has no effect unless \(condition.key) is \(Setting.enumeration(condition.words))"))
    }
  }

  private mutating func checkSecrets(_ group: Configuration.Group, _ section: Section) {
    for setting in section.settings where setting.isSecret {
      guard group.entries[setting.name] != nil,
        let file = group.entries[setting.name + "_file"]
      else { continue }
      problems.append(
        .error(
          file.origin, "\(group.label).\(setting.name)_file",
          "\(setting.name) is set as well; allowed is one of the two"))
    }
  }

  private mutating func checkReferences(
    _ group: Configuration.Group, _ section: Section
  ) {
    for setting in section.settings {
      guard case .reference(let target) = setting.kind, let entry = group.entries[setting.name],
        case .text(let id) = entry.value, names[target]?.contains(id) != true
      else { continue }
      problems.append(
        .error(
          entry.origin, "\(group.label).\(setting.name)",
          "there is no \(Setting.quoted(id)); allowed is \(setting.kind.allowed)"))
    }
  }

  private mutating func checkIdentities(_ groups: [Configuration.Group]) {
    var seen: [String: Configuration.Origin] = [:]
    for group in groups {
      guard let name = group.name else { continue }
      if let first = seen[name] {
        problems.append(
          .error(group.origin, group.label, "this id is taken by the one at \(first.place)"))
      }
      seen[name] = seen[name] ?? group.origin
    }
  }
}

extension Setting {
  /// Whether the key that this one depends on has one of the values that it needs.
  func isMeant(in group: Configuration.Group) -> Bool {
    guard let condition else { return true }
    let standard = Schema.section(group.section)?.setting(condition.key)?.standard
    guard case .text(let word)? = group[condition.key] ?? standard else { return false }
    return condition.words.contains(word)
  }
}
