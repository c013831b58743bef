package import Core

/// Values and headings as TOML writes them.
package enum TomlText {
  /// Whether secrets are written as they are: into a file of their owner, never elsewhere.
  package enum Secrets { case redacted, revealed }

  package static func text(of value: Configuration.Value, _ secrets: Secrets = .redacted) -> String
  {
    switch value {
    case .text(let text): quoted(text)
    case .integer(let number): "\(number)"
    case .number(let number): plain(number)
    case .flag(let flag): "\(flag)"
    case .list(let items): "[" + items.map(quoted).joined(separator: ", ") + "]"
    case .secret(let secret):
      switch secrets {
      case .redacted: quoted(Secret.shown)
      case .revealed: secret.reveal { quoted(String(decoding: $0, as: UTF8.self)) }
      }
    }
  }

  /// A number without a fraction that says nothing.
  static func plain(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }

  package static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// The heading of a group, or of a table inside of it.
  static func heading(of group: Configuration.Group, table: String? = nil) -> String {
    let inside = table.map { ".\($0)" } ?? ""
    guard let section = Schema.section(group.section) else { return "" }
    return switch section.shape {
    case .single: "[\(group.section)\(inside)]"
    case .list: table == nil ? "[[\(group.section)]]" : "[\(group.section)\(inside)]"
    case .named: "[\(group.section).\(group.name ?? "")\(inside)]"
    }
  }
}

/// Whole configurations as TOML.
extension Configuration {
  /// Everything in force, secrets redacted, on demand with where each value comes from.
  package func shown(origins: Bool) -> String {
    written { group, setting, entry in
      let text = TomlText.text(of: setting.discreet(entry.value))
      return "\(setting.key) = \(text)" + (origins ? "  # \(entry.origin.words)" : "")
    }
  }

  /// What a file says, in our own form; environment and defaults are not part of it.
  package var migrated: String {
    var own = Configuration()
    own.groups = groups.filter { group in
      if case .file = group.origin { true } else { false }
    }
    return own.written { group, setting, entry in
      guard case .file = entry.origin else { return nil }
      return "\(setting.key) = \(TomlText.text(of: entry.value, .revealed))"
    }
  }

  /// The groups in the order of the schema, each with its own keys before its tables.
  func written(_ line: (Group, Setting, Entry) -> String?) -> String {
    var blocks: [String] = []
    for section in Schema.sections {
      for group in groups(of: section.name) {
        var tables: [(name: String?, lines: [String])] = [(nil, [])]
        for setting in section.settings {
          guard let entry = group.entries[setting.name], let line = line(group, setting, entry)
          else { continue }
          if let at = tables.firstIndex(where: { $0.name == setting.table }) {
            tables[at].lines.append(line)
          } else {
            tables.append((setting.table, [line]))
          }
        }
        if !group.isPresent { tables.removeAll { $0.lines.isEmpty } }
        blocks += tables.map { table in
          ([TomlText.heading(of: group, table: table.name)] + table.lines)
            .map { $0 + "\n" }.joined()
        }
      }
    }
    return blocks.joined(separator: "\n")
  }
}

extension Setting {
  /// The table inside of the section that holds the key, if any.
  package var table: String? {
    name.lastIndex(of: ".").map { String(name[..<$0]) }
  }

  /// The name within that table.
  package var key: String {
    name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
  }

  /// The value without the password that a URL may carry, before its host or in its query.
  package func discreet(_ value: Configuration.Value) -> Configuration.Value {
    guard case .url = kind, case .text(let text) = value,
      let start = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      let slashes = text.utf8.index(start, offsetBy: 3, limitedBy: text.endIndex)
    else { return value }
    var shown = text
    if let query = text.utf8[slashes...].firstIndex(of: UInt8(ascii: "?")) {
      shown = text[...query] + Secret.shown
    }
    let authority = shown[slashes...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = authority.lastIndex(of: "@"),
      let colon = authority[..<at].firstIndex(of: ":")
    else { return .text(shown) }
    return .text(shown[...colon] + Secret.shown + shown[at...])
  }
}
