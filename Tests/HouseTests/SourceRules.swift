import Support
import Testing
import Values

/// What no source of ours may hold, and how large it may grow.
@Suite struct SourceRules {
  struct Line {
    var file: String
    var number: Int
    var text: String
  }

  static let files = House.files(below: House.sources, ".swift")

  /// Every line of every source that is not a comment.
  static let lines: [Line] = files.flatMap { path in
    let file = String("\(path)".dropFirst("\(House.root)/".count))
    return House.text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { Line(file: file, number: $0.offset + 1, text: String($0.element)) }
      .filter { !$0.text.drop { $0 == " " }.hasPrefix("//") }
  }

  /// What goes wrong in silence, costs start-up, or escapes the compiler's checks.
  static let forbidden = [
    "try?", "try!", "as!", "fatalError(", "precondition(",
    "preconditionFailure(", " print(", "debugPrint(", "import Foundation",
    "import Synchronization", "import Dispatch", "@preconcurrency",
    "nonisolated(unsafe)", "Task.detached", " = Task {", "{ Task {", " async ",
    " await ", "actor ", "DispatchSemaphore", "Date()",
    "ContinuousClock", "public ", "@testable", "#if DEBUG",
    "CommandLine.arguments", "TODO", "FIXME", "XXX ",
    "import System.", "unsafelyUnwrapped",
  ]

  @Test("nothing that is forbidden is there", arguments: forbidden)
  func patterns(_ pattern: String) {
    for line in SourceRules.lines where line.text.contains(pattern) {
      Issue.record("\(line.file):\(line.number): \(pattern)")
    }
  }

  @Test("what is unchecked is one of the few that say why")
  func unchecked() {
    for path in SourceRules.files {
      let text = House.text(path)
      guard text.contains("@unchecked Sendable") else { continue }
      #expect(text.contains("`@unchecked Sendable`"), "\(path): no comment says why")
    }
  }

  @Test("names are nouns of the domain")
  func names() {
    let banned = [
      "Manager", "Helper", "Util", "Utils", "Handler", "Service", "Wrapper", "Base", "Impl",
      "Data", "Info", "Misc",
    ]
    let kinds = ["struct ", "class ", "enum ", "protocol ", "typealias "]
    for line in SourceRules.lines {
      for kind in kinds {
        guard let place = line.text.range(of: kind) else { continue }
        let name = line.text[place.upperBound...].prefix { $0.isLetter || $0.isNumber }
        #expect(!banned.contains { name.hasSuffix($0) }, "\(line.file):\(line.number): \(name)")
      }
    }
  }

  @Test("no file is longer than 400 lines, no line wider than 100 columns")
  func lengths() {
    let files = SourceRules.files + House.files(below: House.root.appending("Tests"), ".swift")
    for path in files {
      let lines = House.text(path).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 400, "\(path)")
      for (number, line) in lines.enumerated() where line.count > 100 {
        Issue.record("\(path):\(number + 1): \(line.count) columns")
      }
    }
  }

  @Test("Core stays below 500 lines")
  func core() {
    let count = SourceRules.files.filter { "\($0)".contains("/Sources/Core/") }
      .map { House.text($0).utf8.count { $0 == 10 } }.reduce(0, +)
    #expect(count <= 500)
  }

  @Test("the top of the tree holds what belongs there")
  func top() {
    let known: Set = [
      ".ci", ".git", ".gitignore", ".swift-format", "LICENSE", "Makefile", "Package.swift",
      "README.md", "Sources", "Tests", "completions", "man", ".build", ".scratch",
      "Package.resolved", ".swiftpm",
    ]
    #expect(Set(House.names(in: House.root)).subtracting(known) == [])
  }
}
