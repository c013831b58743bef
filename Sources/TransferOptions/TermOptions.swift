package import Command
internal import Stream
package import Transfer
internal import Values

/// The options by which put and get are told how to copy: one group, so that they mean the same.
extension Terms {
  package static func options<Root>(_ path: WritableKeyPath<Root, Terms>) -> [Option<Root>] {
    table.map { $0.within(path) }
  }

  private static var table: [Option<Terms>] {
    [
      .value("from", nil, "LOCATION", \.from, "Take the files from here, outside of a plan."),
      .value("side", nil, "SIDE", \.side, "Act on this side of a plan, left or right."),
      .flag("dry-run", "n", \.isDry, "Change nothing; write the outcomes all the same."),
      .flag("retry", nil, \.retries, "Copy again what failed, as earlier outcomes tell."),
      .value(
        "preserve", nil, "LIST", \.preserved,
        "Carry over mode, times, owner, xattrs (a list of them) or none."),
      .flag("durable", nil, \.isDurable, "Write through to the disk, and read again."),
      .flag("confirm", nil, \.confirms, "Do the same, and confirm files that are kept too."),
      .value("limit-rate", nil, "SIZE", \.rate, "Move at most so many bytes a second."),
      .value("jobs", "j", "N", \.jobs, "Copy N files at a time."),
    ]
  }
}

extension Side: Choice {}

extension Preserved: OptionValue {
  package static var noun: String { "a list of mode, times, owner and xattrs, or none" }
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    self.init(text: text)
  }
}
