package import Values

/// The stages of a pipe: which tools with which arguments, from the one that reads the source to
/// the one that cleans up.
package struct Recipe: Equatable, Sendable {
  package struct Stage: Equatable, Sendable {
    package var tool: String
    package var arguments: [[UInt8]]

    var copies: Bool { tool == "get" || tool == "put" }
  }

  package private(set) var stages: [Stage] = []

  package init() {}

  /// Adds a stage that works on no place of its own.
  package mutating func add(_ tool: String, _ options: [String]) {
    add(tool, words: options.map { Array($0.utf8) })
  }

  /// Adds a stage with all of its arguments.
  package mutating func add(_ tool: String, words: [[UInt8]]) {
    stages.append(Stage(tool: tool, arguments: words))
  }

  /// Adds a stage: its options first, then its one operand, which may look like an option. A folder
  /// goes by its path: not all tools take addresses.
  package mutating func add(_ tool: String, _ options: [[UInt8]], on operand: Path) {
    let isAddress = operand.bytes.starts(with: "file:///".utf8)
    let operand = isAddress ? Path(operand.bytes.dropFirst("file://".utf8.count)) : operand
    let dashes = operand.bytes.first == UInt8(ascii: "-") ? [Array("--".utf8)] : []
    stages.append(Stage(tool: tool, arguments: options + dashes + [operand.bytes]))
  }

  /// The pipe as it would be typed at a shell.
  package var shell: [UInt8] {
    let lines = stages.map { stage in
      ([Array("s4l-\(stage.tool)".utf8)] + stage.arguments.map(Recipe.quoted))
        .joined(separator: [UInt8(ascii: " ")])
    }
    return Array(lines.joined(separator: Array(" |\n  ".utf8))) + [10]
  }

  /// An argument as a shell has to read it.
  private static func quoted(_ argument: [UInt8]) -> [UInt8] {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./,:+@%".utf8)
    if !argument.isEmpty, argument.allSatisfy(plain.contains) { return argument }
    let quote = UInt8(ascii: "'")
    return [quote] + argument.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] } + [quote]
  }
}
