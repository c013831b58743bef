internal import Core
package import Values

/// One option of a tool: everything that the parser, the help, the manual and the completions need
/// to know of it, and where its value goes.
package struct Option<Root> {
  package var name: String
  package var short: Character?
  /// What stands for the value in the help; nil for a flag.
  package var placeholder: String?
  package var help: String
  package var completion = Completion.none
  /// Whether `--no-NAME` exists too.
  package var isNegatable = false
  package var isRepeatable = false
  /// Of a tool whose first operand is a verb: with which of them it has a meaning; empty for all.
  package var verbs: [String] = []
  let store: (inout Root, [UInt8], _ isOn: Bool) throws(Failure) -> Void

  /// A switch that is off unless given.
  package static func flag(
    _ name: String, _ short: Character? = nil, _ path: WritableKeyPath<Root, Bool>, _ help: String
  ) -> Option {
    Option(name: name, short: short, help: help) { root, _, isOn in root[keyPath: path] = isOn }
  }

  /// A switch with a `--no-` form; the last one given holds.
  package static func toggle(
    _ name: String, _ short: Character? = nil, _ path: WritableKeyPath<Root, Bool>, _ help: String
  ) -> Option {
    var option = flag(name, short, path, help)
    option.isNegatable = true
    return option
  }

  /// An option with a value; the last one given holds.
  package static func value<Value: OptionValue>(
    _ name: String, _ short: Character? = nil, _ placeholder: String,
    _ path: WritableKeyPath<Root, Value>, _ help: String
  ) -> Option {
    Option(
      name: name, short: short, placeholder: placeholder, help: help, completion: Value.completion
    ) { (root, bytes, _) throws(Failure) in
      root[keyPath: path] = try Value.read(bytes, for: "--" + name)
    }
  }

  /// An option with a value that is unset unless given.
  package static func value<Value: OptionValue>(
    _ name: String, _ short: Character? = nil, _ placeholder: String,
    _ path: WritableKeyPath<Root, Value?>, _ help: String
  ) -> Option {
    Option(
      name: name, short: short, placeholder: placeholder, help: help, completion: Value.completion
    ) { (root, bytes, _) throws(Failure) in
      root[keyPath: path] = try Value.read(bytes, for: "--" + name)
    }
  }

  /// An option that may be given many times, each adding a value.
  package static func list<Value: OptionValue>(
    _ name: String, _ short: Character? = nil, _ placeholder: String,
    _ path: WritableKeyPath<Root, [Value]>, _ help: String
  ) -> Option {
    Option(
      name: name, short: short, placeholder: placeholder, help: help, completion: Value.completion,
      isRepeatable: true
    ) { (root, bytes, _) throws(Failure) in
      root[keyPath: path].append(try Value.read(bytes, for: "--" + name))
    }
  }

  /// The same option of a part of the root, so that several tools can share a group of options.
  package func within<Outer>(_ path: WritableKeyPath<Outer, Root>) -> Option<Outer> {
    Option<Outer>(
      name: name, short: short, placeholder: placeholder, help: help, completion: completion,
      isNegatable: isNegatable, isRepeatable: isRepeatable, verbs: verbs
    ) { (outer, bytes, isOn) throws(Failure) in
      try store(&outer[keyPath: path], bytes, isOn)
    }
  }
}

extension Option {
  /// The same option, with a meaning for some verbs only.
  package func with(_ verbs: String...) -> Option {
    var option = self
    option.verbs = verbs
    return option
  }

  /// The same option of a tool that only hands it on: it is checked here, and appended to the
  /// arguments of the tool that acts on it.
  package func passed<Outer>(
    to path: WritableKeyPath<Outer, [[UInt8]]>, checkedBy sample: Root
  ) -> Option<Outer> {
    Option<Outer>(
      name: name, short: short, placeholder: placeholder, help: help, completion: completion,
      isNegatable: isNegatable, isRepeatable: isRepeatable
    ) { (outer, bytes, isOn) throws(Failure) in
      var sample = sample
      try store(&sample, bytes, isOn)
      let long = Array((isOn ? "--" : "--no-").utf8) + Array(name.utf8)
      let value = placeholder == nil ? [] : [UInt8(ascii: "=")] + bytes
      outer[keyPath: path].append(long + value)
    }
  }
}

/// What a shell may offer for a value.
package enum Completion: Equatable, Sendable {
  case none, files, folders, tools
  case choices([String])
}

/// A type that an option's value or an operand can have.
package protocol OptionValue {
  /// What the value must be, as in "must be a number".
  static var noun: String { get }
  static var completion: Completion { get }
  init?(argument: [UInt8])
}

extension OptionValue {
  package static var completion: Completion { .none }

  static func read(_ bytes: [UInt8], for option: String) throws(Failure) -> Self {
    if let value = Self(argument: bytes) { return value }
    throw Failure(.usage, option, "\"\(Path(bytes))\" must be \(noun)")
  }
}

extension Int: OptionValue {
  package static var noun: String { "a whole number, not negative" }
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self), let number = Int(text),
      number >= 0
    else { return nil }
    self = number
  }
}

extension String: OptionValue {
  package static var noun: String { "text in UTF-8" }
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    self = text
  }
}

/// An argument as it came, for handing on to another program.
extension Array: OptionValue where Element == UInt8 {
  package static var noun: String { "an argument" }
  package init?(argument: [UInt8]) { self = argument }
}

extension Path: OptionValue {
  package static var noun: String { "a path" }
  package static var completion: Completion { .files }
  package init?(argument: [UInt8]) {
    if argument.isEmpty { return nil }
    self.init(argument)
  }
}

extension Size: OptionValue {
  package static var noun: String { "a size such as 4096, 64k, 1.5M or 2G" }
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    self.init(text: text)
  }
}

extension Span: OptionValue {
  package static var noun: String { "a length of time such as 500ms, 5m or 1h30m" }
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    self.init(text: text)
  }
}

extension Hours: OptionValue {
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    self.init(text: text)
  }
}

extension Pattern: OptionValue {
  package static var noun: String { "a pattern such as *.tmp or .git/*, in UTF-8" }
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    do { try self.init(text) } catch { return nil }
  }
}

/// One of a few words; an enumeration gets this by saying so.
package protocol Choice: OptionValue, CaseIterable, RawRepresentable where RawValue == String {}

extension Choice {
  package static var words: [String] { allCases.map(\.rawValue) }
  package static var noun: String { "one of " + words.joined(separator: ", ") }
  package static var completion: Completion { .choices(words) }
  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self) else { return nil }
    self.init(rawValue: text)
  }
}

/// How many bytes a second, at least one.
package struct Rate: OptionValue {
  package static var noun: String { Size.noun + ", more than nothing" }
  package let size: Size

  package init?(argument: [UInt8]) {
    guard let size = Size(argument: argument), size.bytes > 0 else { return nil }
    self.size = size
  }
}

/// How often a second, at least once in a day.
package struct Frequency: OptionValue {
  package static var noun: String { "how often a second, such as 2 or 0.5" }
  package let number: Double

  package init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self), let number = Double(text),
      (1e-5...1e6).contains(number)
    else { return nil }
    self.number = number
  }
}

/// How many go on at once: more than a machine has use for would only use it up.
package struct Width: OptionValue {
  package static var noun: String { "a whole number from 1 to 1024" }
  package let number: Int

  package init(_ number: Int) {
    self.number = number
  }

  package init?(argument: [UInt8]) {
    guard let number = Int(argument: argument), (1...1_024).contains(number) else { return nil }
    self.number = number
  }
}

/// How many of something, at least one.
package struct Count: OptionValue {
  package static var noun: String { "a whole number, at least 1" }
  package let number: Int

  package init(_ number: Int) {
    self.number = number
  }

  package init?(argument: [UInt8]) {
    guard let number = Int(argument: argument), number > 0 else { return nil }
    self.number = number
  }
}
