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
        ("help", Sheet.string(option.help)),
        ("negatable", "\(option.isNegatable)"), ("repeatable", "\(option.isRepeatable)"),
        ("common", "\(option.isCommon)"),
      ])
    }
    let operands = operands.map { operand in
      Sheet.object([
        ("name", Sheet.string(operand.name)), ("optional", "\(operand.isOptional)"),
        ("many", "\(operand.isMany)"), ("help", Sheet.string(operand.help)),
      ])
    }
    return Sheet.object([
      ("name", Sheet.string(page.name)), ("summary", Sheet.string(page.summary)),
      ("version", Sheet.string(Release.version)),
      ("description", "[" + page.description.map(Sheet.string).joined(separator: ",") + "]"),
      ("examples", "[" + page.examples.map { Sheet.string($0.command) }.joined(separator: ",") + "]"),
      ("reads", "[" + page.reads.map { Sheet.string($0.name) }.joined(separator: ",") + "]"),
      ("writes", "[" + page.writes.map { Sheet.string($0.name) }.joined(separator: ",") + "]"),
      ("statuses", "[" + page.statuses.map { "\($0.rawValue)" }.joined(separator: ",") + "]"),
      ("operands", "[" + operands.joined(separator: ",") + "]"),
      ("options", "[" + options.joined(separator: ",") + "]"),
    ]) + "\n"
  }

  private static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { string($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
  }

  private static func string(_ text: String) -> String {
    let out = Buffer()
    Writer(out).quote(text)
    return String(decoding: out.bytes, as: UTF8.self)
  }
}
