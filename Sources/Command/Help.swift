internal import Core

/// What `--help` prints: at most 80 columns, examples first.
extension Sheet {
  var help: String {
    var out = "Usage: \(synopsis)\n\n"
    out += Paragraph.wrapped(page.name + ": " + page.summary + ".", indent: 0)
    if !page.examples.isEmpty {
      out += "\nExamples:\n"
      for example in page.examples {
        out += Paragraph.wrapped("# " + example.purpose, indent: 2)
        out += "  " + example.command.replacing("\n", "\n  ") + "\n"
      }
    }
    if !operands.isEmpty {
      out += "\nOperands:\n"
      for operand in operands {
        out += Paragraph.item(operand.spelling, operand.fullHelp)
      }
    }
    for group in groups {
      out += group.verbs.isEmpty ? "\nOptions:\n" : "\nWith \(group.verbs):\n"
      for option in group.options { out += Paragraph.item(option.spelling, option.fullHelp) }
    }
    out += "\nCommon options:\n"
    for option in options where option.isCommon {
      out += Paragraph.item(option.spelling, option.fullHelp)
    }
    out += "\nThe manual says more: man \(page.name)\n"
    return out
  }

  /// The options of the tool, together where they go with the same verbs.
  private var groups: [(verbs: String, options: [Line])] {
    var groups: [(verbs: String, options: [Line])] = []
    for option in options where !option.isCommon {
      let verbs = option.verbs.joined(separator: ", ")
      if let place = groups.firstIndex(where: { $0.verbs == verbs }) {
        groups[place].options.append(option)
      } else {
        groups.append((verbs, [option]))
      }
    }
    return groups
  }
}

extension Sheet.Line {
  /// The help, and the words there are to choose from.
  var fullHelp: String { completion.sentence.isEmpty ? help : help + " " + completion.sentence }
}

extension Sheet.Place {
  var fullHelp: String { completion.sentence.isEmpty ? help : help + " " + completion.sentence }
}

extension Completion {
  var sentence: String {
    if case .choices(let words) = self { return "One of: " + words.joined(separator: ", ") + "." }
    return ""
  }
}

/// Prose in columns.
enum Paragraph {
  static let width = 78
  private static let column = 26

  static func lines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }

  static func wrapped(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    return lines(text, width: width - indent).map { margin + $0 + "\n" }.joined()
  }

  /// A term in its column, and what it means beside or below it.
  static func item(_ term: String, _ text: String) -> String {
    let margin = String(repeating: " ", count: column)
    var lines = lines(text, width: width - column)
    var out = "  " + term
    if out.count < column - 1, !lines.isEmpty {
      out += String(repeating: " ", count: column - out.count) + lines.removeFirst()
    }
    return out + "\n" + lines.map { margin + $0 + "\n" }.joined()
  }
}

extension String {
  func replacing(_ letter: Character, _ replacement: String) -> String {
    split(separator: letter, omittingEmptySubsequences: false).joined(separator: replacement)
  }
}
