import Foundation
import Support

/// What a tool says of itself with `--generate page`.
struct Description: Decodable, Sendable {
  struct Choice: Decodable, Sendable {
    var name: String
    var short: String?
    var placeholder: String?
    var help: String
    var negatable: Bool
    var repeatable: Bool
    var common: Bool

    var spellings: [String] {
      ["--" + name] + (short.map { ["-" + $0] } ?? []) + (negatable ? ["--no-" + name] : [])
    }
  }

  struct Place: Decodable, Sendable {
    var name: String
    var optional: Bool
    var many: Bool
    var help: String
    var choices: [String]?

    var sample: String { choices?.first ?? "operand" }
  }

  var name: String
  var summary: String
  var version: String
  var description: [String]
  var examples: [String]
  var reads: [String]
  var writes: [String]
  var statuses: [Int32]
  var operands: [Place]
  var options: [Choice]

  static func of(_ tool: String) throws -> Description {
    let answer = Sandbox().run([tool, "--generate", "page"])
    return try JSONDecoder().decode(Description.self, from: Data(answer.output))
  }

  /// Arguments that the tool's command line accepts.
  var acceptable: [String] { operands.filter { !$0.optional }.map(\.sample) }
}
