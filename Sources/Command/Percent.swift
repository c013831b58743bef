/// A share of one processor.
package struct Percent: OptionValue {
  package static var noun: String { "a whole number from 1 to 100" }
  package let number: Int

  package init?(argument: [UInt8]) {
    guard let number = Int(argument: argument), (1...100).contains(number) else { return nil }
    self.number = number
  }

  /// What the manuals say of it.
  package static let prose =
    "With {--max-cpu} it rests again and again, so that over its whole run it uses no more than "
    + "that share of one processor; where s4l-run starts a pipe, its tools share it."
}

extension Option {
  /// The option by which a tool leaves processors to others.
  package static func maxCPU(_ path: WritableKeyPath<Root, Percent?>) -> Option {
    .value("max-cpu", nil, "PERCENT", path, "Use so much of one processor at most.")
  }
}
