/// What is configured: the values in force, each with where it comes from.
package struct Configuration: Equatable, Sendable {
  package enum Value: Equatable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case list([String])
    case secret(Secret)
  }

  package enum Origin: Equatable, Sendable {
    case standard, pocketbase
    case file(String, line: Int, column: Int)
    case variable(String)
  }

  package struct Entry: Equatable, Sendable {
    package var value: Value
    package var origin: Origin

    package init(_ value: Value, _ origin: Origin) {
      self.value = value
      self.origin = origin
    }
  }

  /// One table of a configuration: a plain section, one job of many, or one named remote.
  package struct Group: Equatable, Sendable {
    package let section: String
    /// Its id or name, where the section has many.
    package var name: String?
    /// How messages call it.
    package var label: String
    /// Where it begins; `standard` where nothing mentions it.
    package var origin: Origin
    package var entries: [String: Entry] = [:]

    package init(_ section: String, name: String?, label: String, origin: Origin) {
      self.section = section
      self.name = name
      self.label = label
      self.origin = origin
    }

    package var isPresent: Bool { origin != .standard }

    package subscript(key: String) -> Value? { entries[key]?.value }
  }

  package var groups: [Group] = []

  package init() {}

  package func groups(of section: String) -> [Group] {
    groups.filter { $0.section == section }
  }

  package func group(_ section: String, named name: String? = nil) -> Group? {
    groups.first { $0.section == section && $0.name == name }
  }
}

/// The values as the types that tools use; nil when the key is not set or is of another kind.
extension Configuration.Group {
  package func text(_ key: String) -> String? {
    if case .text(let text)? = self[key] { text } else { nil }
  }

  package func integer(_ key: String) -> Int? {
    if case .integer(let number)? = self[key] { number } else { nil }
  }

  package func number(_ key: String) -> Double? {
    if case .number(let number)? = self[key] { number } else { nil }
  }

  package func flag(_ key: String) -> Bool? {
    if case .flag(let flag)? = self[key] { flag } else { nil }
  }

  package func list(_ key: String) -> [String] {
    if case .list(let items)? = self[key] { items } else { [] }
  }
}

extension Configuration.Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .flag(value) }
  package init(arrayLiteral elements: String...) { self = .list(elements) }
}
