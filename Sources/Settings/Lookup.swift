package import Core
internal import Values

/// Answers `get KEY`.
extension Configuration {
  /// A value as plain text, a list one item a line; of a section with many, their ids.
  ///
  /// A key is `section.key`, `sync_jobs.ID.key` or `remote.NAME.key`; the places where files of
  /// other programs keep it work as well.
  package func lines(at key: String) throws(Failure) -> [String] {
    if let section = Schema.section(key), section.shape != .single {
      return groups(of: key).compactMap(\.name)
    }
    let (group, setting) = try place(of: key)
    guard let entry = group?.entries[setting.name] else {
      throw Failure(.absent, key, "this is not set")
    }
    switch setting.discreet(entry.value) {
    case .text(let text): return [text]
    case .integer(let number): return ["\(number)"]
    case .number(let number): return [TomlText.plain(number)]
    case .flag(let flag): return ["\(flag)"]
    case .list(let items): return items
    case .secret: throw Failure(.refused, key, "a secret is not shown")
    }
  }

  private func place(of key: String) throws(Failure) -> (Group?, Setting) {
    for section in Schema.sections {
      for (path, name) in places(of: section) where path.isEmpty || key.hasPrefix(path + ".") {
        let rest = path.isEmpty ? key : String(key.dropFirst(path.count + 1))
        let setting = section.settings.first { $0.name == rest || $0.aliases.contains(rest) }
        if let setting { return (group(section.name, named: name), setting) }
      }
    }
    throw Failure(.usage, key, "there is no such key" + suggestion(for: key))
  }

  /// Every path below which keys of a section can be addressed, with the name of the group.
  private func places(of section: Section) -> [(String, String?)] {
    let own: [(String, String?)] =
      section.shape == .single
      ? [(section.name, nil)]
      : groups(of: section.name).compactMap { group in
        group.name.map { ("\(section.name).\($0)", $0) }
      }
    return own + section.aliases.map { ($0.path, $0.name) }
  }

  private func suggestion(for key: String) -> String {
    let keys = Schema.sections.flatMap { section in
      places(of: section).filter { !$0.0.isEmpty }.flatMap { place in
        section.settings.map { "\(place.0).\($0.name)" }
      }
    }
    return Suggestion.nearest(to: key, among: keys).map { "; the nearest is \($0)" } ?? ""
  }
}
