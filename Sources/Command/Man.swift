internal import Core
internal import Records

/// The manual page, in mdoc. Prose stands on text lines, where no word is a macro.
extension Sheet {
  var man: String {
    var out = """
      .\\" Generated from the option table: see make generate.
      .Dd \(Release.date)
      .Dt \(page.name.uppercased()) 1
      .Os
      .Sh NAME
      .Nm \(page.name)
      .Nd \(Man.escaped(page.summary))
      .Sh SYNOPSIS
      .Nm
      .Op Ar OPTION ...

      """
    for operand in operands {
      let many = operand.isMany ? " ..." : ""
      out += operand.isOptional ? ".Op Ar \(operand.name)\(many)\n" : ".Ar \(operand.name)\(many)\n"
    }
    out += ".Sh DESCRIPTION\n"
    out += page.description.map { Man.text(Sheet.plain($0)) }.joined(separator: ".Pp\n")
    if !operands.isEmpty {
      out += ".Pp\nThe operands are:\n.Bl -tag -width Ds\n"
      for operand in operands { out += ".It Ar \(operand.name)\n" + Man.text(operand.fullHelp) }
      out += ".El\n"
    }
    out += manOptions + manRecords + manLists
    return out
  }

  private var manOptions: String {
    var out = ".Sh OPTIONS\n.Bl -tag -width Ds\n"
    for option in options {
      let value = option.placeholder.map { " Ar \($0)" } ?? ""
      let short = option.short.map { "Fl \($0)\(value) , " } ?? ""
      let negative = option.isNegatable ? " , Fl -no-\(option.name)" : ""
      out +=
        ".It \(short)Fl -\(option.name)\(value)\(negative)\n"
        + Man.text(option.fullHelp + option.belonging)
    }
    return out + ".El\n"
  }

  private var manRecords: String {
    if page.reads.isEmpty, page.writes.isEmpty { return "" }
    func names(_ kinds: [Kind]) -> String { kinds.map(\.name).joined(separator: ", ") }
    var out = ".Sh RECORDS\n"
    if !page.reads.isEmpty { out += Man.text("It acts on records of type: \(names(page.reads)).") }
    if !page.writes.isEmpty { out += Man.text("It writes records of type: \(names(page.writes)).") }
    let kinds = page.writes.filter { !$0.members.isEmpty }
    if !kinds.isEmpty { out += Man.text("Their members are told in s4l-stream(5); in short:") }
    for kind in kinds {
      out += ".Bl -tag -width Ds\n.It Sy \(kind.name)\n"
      out += Man.text(kind.help + " " + kind.members.map(\.name).joined(separator: ", ") + ".")
      out += ".El\n"
    }
    return out
  }

  private var manLists: String {
    var out = ""
    func list(_ title: String, _ macro: String, _ items: [(name: String, help: String)]) {
      if items.isEmpty { return }
      out += ".Sh \(title)\n.Bl -tag -width Ds\n"
      for item in items { out += ".It \(macro) \(Man.escaped(item.name))\n" + Man.text(item.help) }
      out += ".El\n"
    }
    let common: [(name: String, help: String)] = [
      ("S4L_LOG_LEVEL", "What --log-level says when it is not given."),
      ("S4L_LOG_FORMAT", "What --log-format says when it is not given."),
      ("NO_COLOR", "If set, nothing is coloured."),
    ]
    list("ENVIRONMENT", "Ev", page.environment + common)
    list("FILES", "Pa", page.files)
    list(
      "EXIT STATUS", "",
      page.statuses.sorted { $0.rawValue < $1.rawValue }.map { ("\($0.rawValue)", $0.meaning) })
    if !page.examples.isEmpty {
      out += ".Sh EXAMPLES\n"
      out += page.examples.map { example in
        Man.text(example.purpose) + ".Bd -literal -offset indent\n"
          + example.command.split(separator: "\n").map { Man.line(String($0)) + "\n" }.joined()
          + ".Ed\n"
      }.joined(separator: ".Pp\n")
    }
    out += ".Sh SEE ALSO\n"
    let others = page.related + ["s4l(1)", "s4l-stream(5)", "s4l(7)"]
    out += Man.references(others.filter { $0 != page.name + "(1)" })
    return out
  }

  /// Prose without the braces that mark names of options.
  static func plain(_ text: String) -> String {
    var out = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "{") {
      out += rest[..<start]
      rest = rest[rest.index(after: start)...]
      guard rest.first == "-", let end = rest.firstIndex(of: "}") else {
        out.append("{")
        continue
      }
      out += rest[..<end]
      rest = rest[rest.index(after: end)...]
    }
    return out + rest
  }
}

/// The escapes of roff.
package enum Man {
  package static func escaped(_ text: String) -> String {
    var out = ""
    for letter in text {
      switch letter {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case "'": out += "\\(aq"
      case "`": out += "\\(ga"
      case "^": out += "\\(ha"
      case "~": out += "\\(ti"
      default: out.append(letter)
      }
    }
    return out
  }

  /// A text line that cannot be taken for a macro.
  package static func line(_ text: String) -> String {
    let escaped = escaped(text)
    return escaped.first == "." ? "\\&" + escaped : escaped
  }

  /// Prose, one sentence a line as roff wants it.
  package static func text(_ prose: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in prose.split(separator: " ") {
      line += (line.isEmpty ? "" : " ") + word
      let ends = word.last == "." || word.last == "?" || word.last == ":"
      if ends || line.count > 70 {
        lines.append(line)
        line = ""
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { Man.line($0) + "\n" }.joined()
  }

  /// `.Xr` lines, sorted by section and name, each once.
  package static func references(_ pages: [String]) -> String {
    var seen: Set<String> = []
    let split = pages.filter { seen.insert($0).inserted }.map { page in
      (name: page.prefix { $0 != "(" }, section: page.drop { $0 != "(" }.dropFirst().dropLast())
    }
    let sorted = split.sorted { ($0.section, $0.name) < ($1.section, $1.name) }
    return sorted.enumerated().map { place, page in
      ".Xr \(page.name) \(page.section)" + (place < sorted.count - 1 ? " ,\n" : "\n")
    }.joined()
  }
}

extension Sheet.Line {
  /// With which verbs it has a meaning.
  fileprivate var belonging: String {
    verbs.isEmpty ? "" : " It goes with " + verbs.joined(separator: ", ") + "."
  }
}
