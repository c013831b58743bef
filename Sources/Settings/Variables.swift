internal import Core
internal import Values

/// Environment variables that override the file.
///
/// They are `S4L_SECTION_KEY`, and `SYNC4LOONG_SECTION_KEY` where that is not set. A section that
/// holds many by name takes `S4L_REMOTE_NAME_KEY` for those that the file or an alias names; a list
/// of tables cannot be overridden.
struct Variables {
  static let prefixes = ["S4L_", "SYNC4LOONG_"]

  private let environment: Environment
  private(set) var problems: [Problem] = []
  private var known: Set<String> = []

  /// Changes the groups as the environment says.
  init(_ environment: Environment, overriding groups: inout [Configuration.Group]) {
    self.environment = environment
    let names = environment.names
    guard names.contains(where: { name in Variables.prefixes.contains(where: name.hasPrefix) })
    else { return }
    for section in Schema.sections {
      switch section.shape {
      case .list: continue
      case .single: overrideSingle(section, in: &groups)
      case .named: overrideNamed(section, in: &groups)
      }
    }
    reportUnknown(groups)
  }

  /// A dotted path as part of a variable's name.
  static func name(_ path: String) -> String {
    String(
      decoding: path.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte & 0xDF
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
  }

  private mutating func overrideSingle(_ section: Section, in groups: inout [Configuration.Group]) {
    for index in groups.indices where groups[index].section == section.name {
      override(&groups[index], section, [section.name] + section.aliases.map(\.path))
    }
  }

  private mutating func overrideNamed(_ section: Section, in groups: inout [Configuration.Group]) {
    for index in groups.indices where groups[index].section == section.name {
      guard let name = groups[index].name else { continue }
      let aliases = section.aliases.filter { $0.name == name }
      override(&groups[index], section, ["\(section.name).\(name)"] + aliases.map(\.path))
    }
    for alias in section.aliases {
      guard let name = alias.name,
        !groups.contains(where: { $0.section == section.name && $0.name == name })
      else { continue }
      var group = Configuration.Group(
        section.name, name: name, label: "\(section.name).\(name)", origin: .standard)
      override(&group, section, [alias.path])
      guard group.isPresent else { continue }
      for (key, value) in alias.implied where group.entries[key] == nil {
        group.entries[key] = .init(value, group.origin)
      }
      groups.append(group)
    }
  }

  private mutating func override(
    _ group: inout Configuration.Group, _ section: Section, _ paths: [String]
  ) {
    for setting in section.settings {
      guard let (variable, text) = value(of: setting, at: paths) else { continue }
      let origin = Configuration.Origin.variable(variable)
      if !group.isPresent { group.origin = origin }
      do throws(Objection) {
        let value = try setting.value(ofVariable: text)
        group.entries[setting.name] = .init(value, origin)
        dropRival(of: setting, in: &group)
      } catch {
        problems.append(.error(origin, "\(group.label).\(setting.name)", error.text))
      }
    }
  }

  /// The first variable that is set, in the order of the prefixes.
  private mutating func value(of setting: Setting, at paths: [String]) -> (String, String)? {
    var found: (String, String)?
    for prefix in Variables.prefixes {
      for path in paths {
        for name in [setting.name] + setting.aliases {
          let variable = prefix + Variables.name(path.isEmpty ? name : "\(path).\(name)")
          known.insert(variable)
          if found == nil, let text = environment[variable] { found = (variable, text) }
        }
      }
    }
    return found
  }

  /// A secret from the environment replaces the file's secret in either of its forms.
  private func dropRival(of setting: Setting, in group: inout Configuration.Group) {
    let rival =
      setting.isSecret
      ? setting.name + "_file"
      : setting.name.hasSuffix("_file") ? String(setting.name.dropLast(5)) : nil
    guard let rival, case .file? = group.entries[rival]?.origin else { return }
    group.entries[rival] = nil
  }

  /// Variables that begin like a section's but name no key of it.
  private mutating func reportUnknown(_ groups: [Configuration.Group]) {
    let places = Schema.sections.flatMap { section in
      [section.name] + section.aliases.map(\.path).filter { !$0.isEmpty }
    }
    let starts = Variables.prefixes.flatMap { prefix in
      places.map { prefix + Variables.name($0) + "_" }
    }
    for variable in environment.names where environment[variable] != nil {
      guard !known.contains(variable), starts.contains(where: variable.hasPrefix) else { continue }
      let near = Suggestion.nearest(to: variable, among: known.sorted())
      problems.append(
        .warning(
          .variable(variable), "",
          "no key can be set by this" + (near.map { "; the nearest is \($0)" } ?? "")))
    }
  }
}
