internal import Core
internal import Values

/// Turns a document into typed values by the schema, and notes everything that is wrong with it.
///
/// Why one reader for all spellings: a section or key of another program is only one more place to
/// look, so whatever form a file has, the same values come out and every tool sees one form.
struct Reading {
  /// A table that holds keys of a section.
  private struct Source {
    let table: Toml
    let place: Toml.Place
    /// How messages call it, as the file writes it.
    let label: String
    var implied: [String: Configuration.Value] = [:]
  }

  /// A key of a section, and the paths at which it may stand. There may be a thousand tables of a
  /// section: what holds for all of them is worked out once.
  private struct Key {
    let setting: Setting
    let paths: [[String]]

    static func all(_ section: Section) -> [Key] {
      section.settings.map { setting in
        Key(setting: setting, paths: ([setting.name] + setting.aliases).map(Reading.path))
      }
    }
  }

  private let file: String
  /// Whether it is of a PocketBase, so that lines would mean nothing to anybody.
  private let isDistant: Bool
  private let root: Toml
  private(set) var groups: [Configuration.Group] = []
  private(set) var problems: [Problem] = []
  /// Keys that are set, but to what is not allowed.
  private(set) var mistaken: Set<String> = []
  /// Ranks of the values that a key or a complaint has claimed.
  private var claimed: Set<Int> = []
  /// What each table that was looked into may hold, by its rank.
  private var known: [Int: [String]] = [:]

  init(_ document: Toml, file: String, isDistant: Bool = false) {
    self.file = file
    self.isDistant = isDistant
    root = document
    known[root.rank] = []
    for section in Schema.sections { read(section) }
    reportUnknown(in: root, named: "")
  }

  private func origin(_ place: Toml.Place) -> Configuration.Origin {
    isDistant ? .pocketbase : .file(file, line: place.line, column: place.column)
  }

  private mutating func complain(_ place: Toml.Place, _ key: String, _ text: String) {
    problems.append(.error(origin(place), key, text))
  }
}

/// From sections to groups.
extension Reading {
  private mutating func read(_ section: Section) {
    switch section.shape {
    case .single: readSingle(section)
    case .list(let identity): readList(section, identity)
    case .named: readNamed(section)
    }
  }

  private mutating func readSingle(_ section: Section) {
    var sources: [Source] = []
    for alias in [Section.Alias(section.name)] + section.aliases {
      if let source = source(alias) { sources.append(source) }
    }
    let named = sources.first { $0.table.rank != root.rank }
    var group = Configuration.Group(
      section.name, name: nil, label: section.name,
      origin: named.map { origin($0.place) } ?? .standard)
    fill(&group, Key.all(section), sources)
    if named == nil, let first = group.entries.values.first(where: { $0.origin != .standard }) {
      group.origin = first.origin
    }
    groups.append(group)
  }

  private mutating func readList(_ section: Section, _ identity: String) {
    let keys = Key.all(section)
    for found in find(section.name, in: root, label: "") {
      guard case .array(let items) = found.value.content else {
        claimed.insert(found.value.rank)
        complain(found.place, found.label, "each of these begins with \(section.heading)")
        continue
      }
      known[found.value.rank] = []
      for (index, item) in items.enumerated() {
        guard case .table = item.content else {
          complain(item.place, found.label, "each of these is a table")
          claimed.insert(item.rank)
          continue
        }
        var group = Configuration.Group(
          section.name, name: nil, label: "\(section.name)[\(index + 1)]",
          origin: origin(item.place))
        if case .text(let id)? = find(identity, in: item, label: "").first?.value.content,
          !id.isEmpty
        {
          group.label = "\(section.name).\(Path.visible(id.utf8))"
        }
        fill(&group, keys, [Source(table: item, place: item.place, label: group.label)])
        group.name = group.text(identity)
        groups.append(group)
      }
    }
  }

  private mutating func readNamed(_ section: Section) {
    var order: [String] = []
    var sources: [String: [Source]] = [:]
    func add(_ name: String, _ source: Source) {
      if sources[name] == nil { order.append(name) }
      sources[name, default: []].append(source)
    }
    if let home = source(Section.Alias(section.name)) {
      for member in home.table.members {
        let label = "\(home.label).\(Path.visible(member.name.utf8))"
        guard case .table = member.value.content, Reading.isName(member.name) else {
          claimed.insert(member.value.rank)
          complain(
            member.place, label,
            "each of these is a table \(section.heading), NAME of letters, digits, - and _")
          continue
        }
        add(member.name, Source(table: member.value, place: member.place, label: label))
      }
    }
    for alias in section.aliases {
      if let name = alias.name, let source = source(alias) { add(name, source) }
    }
    let keys = Key.all(section)
    for name in order {
      guard let sources = sources[name], let first = sources.first else { continue }
      var group = Configuration.Group(
        section.name, name: name, label: "\(section.name).\(name)", origin: origin(first.place))
      fill(&group, keys, sources)
      groups.append(group)
    }
  }

  /// A remote's name must be told from a path and from a scheme.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      }
  }

  /// The table at a section's own place or at another; nil where there is none.
  private mutating func source(_ alias: Section.Alias) -> Source? {
    if alias.path.isEmpty { return Source(table: root, place: root.place, label: "") }
    guard let found = find(alias.path, in: root, label: "").first else { return nil }
    guard case .table = found.value.content else {
      claimed.insert(found.value.rank)
      complain(found.place, found.label, "this is a table, [\(alias.path)]")
      return nil
    }
    if known[found.value.rank] == nil { known[found.value.rank] = [] }
    return Source(
      table: found.value, place: found.place, label: found.label, implied: alias.implied)
  }
}

/// From keys to values.
extension Reading {
  private struct Found {
    let value: Toml
    let place: Toml.Place
    let label: String
  }

  private mutating func fill(
    _ group: inout Configuration.Group, _ keys: [Key], _ sources: [Source]
  ) {
    for key in keys.indices {
      var found: [Found] = []
      for source in sources { found += hits(at: keys[key].paths, in: source) }
      let setting = keys[key].setting
      if let first = found.first {
        set(setting, in: &group, to: first)
        for other in found.dropFirst() {
          complain(
            other.place, other.label, "this was said in line \(first.place.line) already")
        }
      } else if let source = sources.first(where: { $0.implied[setting.name] != nil }),
        let value = source.implied[setting.name]
      {
        group.entries[setting.name] = .init(value, origin(source.place))
      }
    }
  }

  /// Everywhere that a table says something of a key, under any of its names.
  private mutating func hits(at paths: [[String]], in source: Source) -> [Found] {
    var hits: [Found] = []
    for path in paths { hits += find(path[...], in: source.table, label: source.label) }
    for hit in hits { claimed.insert(hit.value.rank) }
    return hits
  }

  private mutating func set(
    _ setting: Setting, in group: inout Configuration.Group, to found: Found
  ) {
    do throws(Objection) {
      let value = try setting.value(of: found.value.content)
      group.entries[setting.name] = .init(value, origin(found.value.place))
    } catch {
      complain(found.value.place, found.label, error.text)
      mistaken.insert("\(group.label).\(setting.name)")
    }
  }

  /// What stands at a dotted name; spellings that differ in case or `_` are all found.
  private mutating func find(_ name: String, in table: Toml, label: String) -> [Found] {
    find(Reading.path(name)[...], in: table, label: label)
  }

  private static func path(_ name: String) -> [String] {
    name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  private mutating func find(
    _ path: ArraySlice<String>, in table: Toml, label: String
  ) -> [Found] {
    guard let first = path.first else { return [] }
    known[table.rank, default: []].append(first)
    var all: [Found] = []
    let members = table.members
    for place in members.indices where isSame(members[place].name, first) {
      let member = members[place]
      let memberLabel = label.isEmpty ? member.name : "\(label).\(member.name)"
      guard path.count > 1 else {
        all.append(Found(value: member.value, place: member.place, label: memberLabel))
        continue
      }
      guard case .table = member.value.content else {
        // A section may be looked for inside of what is a plain key of another.
        if claimed.insert(member.value.rank).inserted {
          complain(member.place, memberLabel, "this is a table")
        }
        continue
      }
      all += find(path.dropFirst(), in: member.value, label: memberLabel)
    }
    return all
  }
}

/// What nobody asked for.
extension Reading {
  private mutating func reportUnknown(in table: Toml, named label: String) {
    for member in table.members where !claimed.contains(member.value.rank) {
      let visible = Path.visible(member.name.utf8)
      let memberLabel = label.isEmpty ? visible : "\(label).\(visible)"
      if known[member.value.rank] == nil {
        let names = known[table.rank, default: []]
        let near = Suggestion.nearest(to: member.name, among: names)
        problems.append(
          .warning(
            origin(member.place), memberLabel,
            "unknown key" + (near.map { "; the nearest is \($0)" } ?? "")))
      } else if case .array(let items) = member.value.content {
        for item in items { reportUnknown(in: item, named: memberLabel) }
      } else {
        reportUnknown(in: member.value, named: memberLabel)
      }
    }
  }
}
