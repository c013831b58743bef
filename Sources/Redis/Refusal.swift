internal import Core

/// What the errors of a server mean.
enum Refusal {
  /// By the code that an error begins with, or that stands in the report of a failed script.
  private static let kinds: [Substring: Failure.Kind] = [
    "NOAUTH": .refused, "WRONGPASS": .refused, "NOPERM": .refused,
    "LOADING": .unavailable, "READONLY": .unavailable, "MASTERDOWN": .unavailable,
    "CLUSTERDOWN": .unavailable, "TRYAGAIN": .unavailable, "MOVED": .unavailable,
    "ASK": .unavailable, "BUSY": .unavailable, "OOM": .unavailable, "MISCONF": .unavailable,
    "NOREPLICAS": .unavailable, "UNBLOCKED": .unavailable, "UNKILLABLE": .unavailable,
    "WRONGTYPE": .data, "NOSCRIPT": .unavailable,
  ]

  /// Older servers say these without a code of their own.
  private static let phrases: [(String, Failure.Kind)] = [
    ("ERR invalid password", .refused),
    ("ERR AUTH", .refused),
    ("ERR Client sent AUTH", .refused),
    ("ERR max number of clients", .unavailable),
    ("ERR operation not permitted", .refused),
  ]

  static func kind(of error: String) -> Failure.Kind {
    if let phrase = phrases.first(where: { error.hasPrefix($0.0) }) { return phrase.1 }
    for word in error.split(separator: " ") {
      if let kind = kinds[word.first == "-" ? word.dropFirst() : word] { return kind }
    }
    return .bug
  }

  static func failure(_ subject: String, _ error: String) -> Failure {
    Failure(kind(of: error), subject, error)
  }
}
