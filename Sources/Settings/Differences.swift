package import Core
internal import Values

extension Configuration {
  /// What some groups say otherwise than those before them, key by key, as a person reads it: `-`
  /// stands before what was said, `+` before what is said now. Secrets are not shown.
  package static func differences(from old: [Group], to new: [Group]) -> [String] {
    var lines: [String] = []
    for section in Schema.sections {
      let before = old.filter { $0.section == section.name }
      let after = new.filter { $0.section == section.name }
      let names =
        before.map(\.name)
        + after.map(\.name).filter { name in
          !before.contains { $0.name == name }
        }
      for name in names {
        lines += differences(
          section, name, before.first { $0.name == name }, after.first { $0.name == name })
      }
    }
    return lines
  }

  private static func differences(
    _ section: Section, _ name: String?, _ old: Group?, _ new: Group?
  ) -> [String] {
    var lines: [String] = []
    for setting in section.settings {
      let (before, after) = (old?[setting.name], new?[setting.name])
      if before == after { continue }
      if let before { lines.append("-   \(line(setting, before))") }
      if let after { lines.append("+   \(line(setting, after))") }
    }
    if lines.isEmpty, old != nil, new != nil { return [] }
    let sign = old == nil ? "+" : new == nil ? "-" : " "
    let title = name.map { "\(section.heading) \(Path.visible($0.utf8))" } ?? section.heading
    return ["\(sign) \(title)"] + lines
  }

  private static func line(_ setting: Setting, _ value: Value) -> String {
    "\(setting.name) = \(TomlText.text(of: setting.discreet(value)))"
  }
}
