internal import Core
internal import Records
internal import Values

/// The tool as one JSON object, for programs that list or document tools.
extension Sheet {
  var json: String {
    let options = options.map { option in
      Sheet.object([
        ("name", Sheet.string(option.name)),
        ("short", option.short.map { Sheet.string("\($0)") } ?? "null"),
        ("placeholder", option.placeholder.map(Sheet.string) ?? "null"),
        ("help", Sheet.string(option.help)), ("choices", Sheet.choices(option.completion)),
        ("negatable", "\(option.isNegatable)"), ("repeatable", "\(option.isRepeatable)"),
        ("common", "\(option.isCommon)"),
      ])
    }
    let operands = operands.map { operand in
      Sheet.object([
        ("name", Sheet.string(operand.name)), ("optional", "\(operand.isOptional)"),
        ("many", "\(operand.isMany)"), ("help", Sheet.string(operand.help)),
        ("choices", Sheet.choices(operand.completion)),
      ])
    }
    return Sheet.object([
      ("name", Sheet.string(page.name)), ("summary", Sheet.string(page.summary)),
      ("version", Sheet.string(Release.version)),
      ("description", Sheet.strings(page.description)),
      ("examples", Sheet.strings(page.examples.map(\.command))),
      ("reads", Sheet.strings(page.reads.map(\.name))),
      ("writes", Sheet.strings(page.writes.map(\.name))),
      ("statuses", "[" + page.statuses.map { "\($0.rawValue)" }.joined(separator: ",") + "]"),
      ("operands", "[" + operands.joined(separator: ",") + "]"),
      ("options", "[" + options.joined(separator: ",") + "]"),
    ]) + "\n"
  }

  private static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { string($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
  }

  private static func strings(_ texts: [String]) -> String {
    "[" + texts.map(string).joined(separator: ",") + "]"
  }

  private static func choices(_ completion: Completion) -> String {
    if case .choices(let words) = completion { return strings(words) }
    return "null"
  }

  private static func string(_ text: String) -> String {
    let out = Buffer()
    Writer(out).quote(text)
    return String(decoding: out.bytes, as: UTF8.self)
  }
}
