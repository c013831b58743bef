internal import Core

/// A tool as the renderers see it: plain values, nothing that parses or runs.
package struct Sheet {
  package struct Line {
    package var name: String
    package var short: Character?
    package var placeholder: String?
    package var help: String
    package var completion: Completion
    package var isNegatable: Bool
    package var isRepeatable: Bool
    package var isCommon: Bool
    package var verbs: [String]

    /// `-d, --max-depth=N`, or `--[no-]hidden`.
    var spelling: String {
      let short = short.map { "-\($0), " } ?? "    "
      let long = isNegatable ? "--[no-]\(name)" : "--\(name)"
      return short + long + (placeholder.map { "=\($0)" } ?? "")
    }
  }

  package struct Place {
    package var name: String
    package var isOptional: Bool
    package var isMany: Bool
    package var help: String
    package var completion: Completion

    var spelling: String {
      let name = isMany ? "\(name)..." : name
      return isOptional ? "[\(name)]" : name
    }
  }

  package var page: Page
  package var options: [Line]
  package var operands: [Place]

  package init<Root>(_ page: Page, _ options: [Option<Root>], _ operands: [Operand<Root>]) {
    self.page = page
    self.options =
      options.map { Line($0, isCommon: false) } + Common.options.map { Line($0, isCommon: true) }
    self.operands = operands.map {
      Place(
        name: $0.name, isOptional: [.optional, .any, .rest].contains($0.arity),
        isMany: [.any, .many, .rest].contains($0.arity), help: $0.help, completion: $0.completion)
    }
  }

  var synopsis: String {
    ([page.name, "[OPTION]..."] + operands.map(\.spelling)).joined(separator: " ")
  }
}

extension Sheet.Line {
  init<Root>(_ option: Option<Root>, isCommon: Bool) {
    self.init(
      name: option.name, short: option.short, placeholder: option.placeholder,
      help: option.help,
      completion: option.completion, isNegatable: option.isNegatable,
      isRepeatable: option.isRepeatable, isCommon: isCommon, verbs: option.verbs)
  }
}
