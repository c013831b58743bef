/// What a process says of itself when it ends: the one table of exit statuses.
package enum Status: Int32, CaseIterable, Sendable {
  case success = 0
  case partial = 1
  case usage = 64
  case data = 65
  case absent = 66
  case unavailable = 69
  case bug = 70
  case io = 74
  case later = 75
  case refused = 77
  case config = 78
  /// Only of the front command: found, but it could not be run.
  case notRunnable = 126
  /// Only of the front command: no such tool.
  case notFound = 127

  package init(_ kind: Failure.Kind) {
    self =
      switch kind {
      case .usage: .usage
      case .data: .data
      case .absent: .absent
      case .unavailable: .unavailable
      case .bug: .bug
      case .io: .io
      case .later: .later
      case .refused: .refused
      case .config: .config
      }
  }

  /// One sentence for the manuals.
  package var meaning: String {
    switch self {
    case .success: "All was done."
    case .partial: "Some items failed or could not be seen; each was reported."
    case .usage: "The command line is wrong."
    case .data: "An input record is malformed or out of order, or the input was cut off."
    case .absent: "An input does not exist."
    case .unavailable: "A service or a helper program cannot be used."
    case .bug: "An error of our own."
    case .io: "Reading or writing failed, standard output included."
    case .later: "A temporary failure: run again."
    case .refused: "Credentials or permissions do not suffice, or a brake held back deletes."
    case .config: "A configuration file is wrong; file, line and key are named."
    case .notRunnable: "The tool was found but could not be run."
    case .notFound: "There is no such tool."
    }
  }

  /// The status of a run in which both this and `other` happened: the graver one.
  package func joined(with other: Status) -> Status {
    let isMild = self == .success || self == .partial
    return isMild && other != .success ? other : self
  }
}
