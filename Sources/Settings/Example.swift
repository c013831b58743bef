internal import Core

/// The example file: every key with its meaning and its default, all of it commented out, so that
/// the file as it stands changes nothing.
package enum Example {
  package static var text: String {
    let head = """
      # The configuration of s4l, with every key. s4l.conf(5) tells more.
      #
      # As it stands this file changes nothing: remove the # in front of a heading and of
      # the keys that you want to set. Where there is a default, it is the value shown.

      """
    return head + Schema.sections.map { "\n" + block($0) }.joined()
  }

  private static func block(_ section: Section) -> String {
    var out = comment(section.help)
    out += comment(section.audience)
    let group = Configuration.Group(
      section.name, name: "example", label: "", origin: .standard)
    out += "#\(TomlText.heading(of: group))\n"
    var table: String?
    for setting in section.settings {
      // Of a secret only the form that keeps it out of this file is shown.
      guard let value = setting.example ?? setting.standard else { continue }
      if setting.table != table {
        table = setting.table
        out += "\n#\(TomlText.heading(of: group, table: table))\n"
      }
      out += comment(setting.sentences(in: section))
      out += "#\(setting.key) = \(TomlText.text(of: value))\n"
    }
    return out
  }

  private static func comment(_ prose: String) -> String {
    var out = ""
    var line = "#"
    for word in prose.split(separator: " ") {
      if line.count + 1 + word.count > 88 {
        out += line + "\n"
        line = "#"
      }
      line += " " + word
    }
    return out + line + "\n"
  }
}

extension Setting {
  /// Everything there is to know of a key, in prose: help, range, default, when it counts.
  package func sentences(in section: Section) -> String {
    var out = [help]
    switch kind {
    case .integer, .number, .choice, .span, .size, .hours, .reference, .list(.choice):
      out.append("Allowed is \(kind.allowed).")
    case .text, .path, .url, .address, .flag, .secret, .list: break
    }
    if let standard { out.append("Default: \(TomlText.text(of: standard)).") }
    if isRequired { out.append("Must be set.") }
    if let condition {
      out.append("Only while \(condition.key) is \(Setting.enumeration(condition.words)).")
    }
    if !readers.isEmpty { out.append(Section.sentence(readers)) }
    return out.joined(separator: " ")
  }
}
