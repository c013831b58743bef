package import Command
package import Values

/// The options of s4l-clean that push and pull have as well: what it may delete, and how.
package struct BrakeChoice {
  package var limit: DeleteLimit?
  package var allowsEmpty = false
  package var ignoresErrors = false
  package var trash: Path?

  package init() {}

  package static var table: [Option<BrakeChoice>] {
    [
      .value(
        "max-delete", nil, "LIMIT", \.limit,
        "Refuse to delete more than this: a number, or a percentage of the target."),
      .flag("allow-empty", nil, \.allowsEmpty, "Allow that all files of the target are deleted."),
      .flag(
        "delete-despite-errors", nil, \.ignoresErrors,
        "Delete even though copies of the same run have failed."),
      .value("trash", nil, "FOLDER", \.trash, "Move files into FOLDER instead of deleting them."),
    ]
  }
}

/// How much may be deleted: `100`, or `20%` of what the target holds.
package enum DeleteLimit: Equatable, Sendable, OptionValue {
  case count(Int)
  case percent(Int)

  package static var noun: String { "a number such as 100, or a percentage such as 20%" }

  package init?(argument: [UInt8]) {
    let isPercent = argument.last == UInt8(ascii: "%")
    guard let number = Int(argument: isPercent ? argument.dropLast() : argument),
      !isPercent || number <= 100
    else { return nil }
    self = isPercent ? .percent(number) : .count(number)
  }
}
