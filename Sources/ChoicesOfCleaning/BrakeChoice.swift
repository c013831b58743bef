package import Cleaning
package import Command
package import Values

/// The options of s4l-clean that push and pull have as well: what it may delete, and how.
package struct BrakeChoice {
  package var brakes = Brakes()
  package var ignoresErrors = false
  package var trash: Path?

  package init() {}

  package static var table: [Option<BrakeChoice>] {
    [
      .value(
        "max-delete", nil, "LIMIT", \.brakes.limit,
        "Refuse to delete more than this: a number, or a percentage of the target."),
      .flag("allow-empty", nil, \.brakes.allowsEmpty, "Permit deleting all files of the target."),
      .flag(
        "delete-despite-errors", nil, \.ignoresErrors,
        "Delete even though copies of the same run have failed."),
      .value(
        "trash", nil, "LOCATION", \.trash,
        "Move files to LOCATION instead of deleting them."),
    ]
  }
}

extension Brakes.Limit: OptionValue {
  package static var noun: String { "a number such as 100, or a percentage such as 20%" }

  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    self.init(text: text)
  }
}
