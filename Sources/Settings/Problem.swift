package import Core

/// Something wrong with a configuration, and where.
package struct Problem: Equatable, Sendable, CustomStringConvertible {
  package enum Gravity: Sendable {
    case warning
    /// One job cannot be run as it stands, which nothing else minds.
    case flaw
    case error
  }

  package let gravity: Gravity
  package let origin: Configuration.Origin
  /// The key as the file writes it; empty where no key is to blame.
  package let key: String
  package let text: String

  static func error(_ origin: Configuration.Origin, _ key: String, _ text: String) -> Problem {
    Problem(gravity: .error, origin: origin, key: key, text: text)
  }

  static func flaw(_ origin: Configuration.Origin, _ key: String, _ text: String) -> Problem {
    Problem(gravity: .flaw, origin: origin, key: key, text: text)
  }

  static func warning(_ origin: Configuration.Origin, _ key: String, _ text: String) -> Problem {
    Problem(gravity: .warning, origin: origin, key: key, text: text)
  }

  /// `file:line:column: key: what is wrong`.
  package var description: String {
    [origin.place, key, text].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}

extension Configuration.Origin {
  /// Where to look; empty for a default.
  package var place: String {
    switch self {
    case .standard: ""
    case .file(let file, let line, let column): "\(file):\(line):\(column)"
    case .pocketbase: "pocketbase"
    case .variable(let name): name
    }
  }

  /// Where a value comes from, for `show --origin`.
  package var words: String {
    switch self {
    case .standard: "default"
    case .file(let file, let line, _): "\(file):\(line)"
    case .pocketbase: "pocketbase"
    case .variable(let name): "$\(name)"
    }
  }

  /// Files come first, by their lines, then what a PocketBase says, then variables.
  func precedes(_ other: Configuration.Origin) -> Bool { rank < other.rank }

  private var rank: (Int, Int, Int) {
    switch self {
    case .file(_, let line, let column): (0, line, column)
    case .pocketbase: (1, 0, 0)
    case .variable: (2, 0, 0)
    case .standard: (3, 0, 0)
    }
  }
}
