package import Core

/// One key of the configuration, declared once: the reader, the messages, the environment, the
/// example file and `s4l.conf(5)` are all derived from it.
package struct Setting: Sendable {
  package indirect enum Kind: Sendable {
    case text
    case path
    case url
    /// `host:port`.
    case address
    /// A length of time such as `5m`.
    case span
    /// A number of bytes such as `64k`.
    case size
    /// Hours of the day.
    case hours
    case flag
    case secret
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case choice([Choice])
    /// The id of a table of another section.
    case reference(to: String)
    case list(of: Kind)
  }

  /// A word of a choice, and what else means the same.
  ///
  /// Letter case, `_` and `-` never matter.
  package struct Choice: Sendable, ExpressibleByStringLiteral {
    package let word: String
    package let synonyms: [String]

    package init(_ word: String, also synonyms: String...) {
      self.word = word
      self.synonyms = synonyms
    }

    package init(stringLiteral value: String) {
      self.init(value)
    }
  }

  /// The one key whose value gives this one its meaning.
  package struct Condition: Sendable {
    package let key: String
    package let words: [String]
  }

  /// The name below the section; a dot stands for a table inside of it.
  package let name: String
  package let kind: Kind
  package let standard: Configuration.Value?
  package let help: String
  package var example: Configuration.Value?
  package var isRequired = false
  package var condition: Condition?
  /// Other spellings, which files of other programs use.
  package var aliases: [String] = []
  /// Why a text is not allowed, where its kind alone does not tell; nil if it is.
  var objection: (@Sendable (String) -> String?)?
  /// Who reads the key, where that is not who reads the section.
  package var readers: [String] = []

  init(
    _ name: String, _ kind: Kind, default standard: Configuration.Value? = nil, _ help: String,
    example: Configuration.Value? = nil
  ) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.help = help
    self.example = example
  }

  package var isSecret: Bool {
    if case .secret = kind { true } else { false }
  }

  package var isList: Bool {
    if case .list = kind { true } else { false }
  }

  /// Whether it names a place into which programs write.
  package private(set) var isWritten = false

  /// Whether it only names the file that holds a secret.
  package private(set) var isFile = false

  /// Where a secret may be kept instead: the same name with `_file` behind it.
  var file: Setting? {
    guard isSecret else { return nil }
    var file = Setting(
      name + "_file", .path, "File that holds \(name), read when it is needed.",
      example: .text("/etc/s4l/\(name)"))
    file.isFile = true
    file.condition = condition
    file.aliases = aliases.map { $0 + "_file" }
    file.readers = readers
    return file
  }
}

/// Refinements, written behind a declaration.
extension Setting {
  /// Must be set.
  var required: Setting { with { $0.isRequired = true } }

  /// Has a meaning only while another key has one of these values.
  func only(_ key: String, _ words: String...) -> Setting {
    with { $0.condition = Condition(key: key, words: words) }
  }

  /// Belongs to stores of these types, of which `key` tells the type.
  func ofStores(_ types: [String], by key: String) -> Setting {
    with { $0.condition = Condition(key: key, words: types) }
  }

  /// Is read by these alone of all who read the section.
  func readBy(_ readers: String...) -> Setting {
    with { $0.readers = readers }
  }

  /// Names a place into which programs write.
  var written: Setting { with { $0.isWritten = true } }

  /// Must be a text of which the body has nothing to say.
  func unless(_ objection: @escaping @Sendable (String) -> String?) -> Setting {
    with { $0.objection = objection }
  }

  func also(_ aliases: String...) -> Setting {
    with { $0.aliases = aliases }
  }

  private func with(_ change: (inout Setting) -> Void) -> Setting {
    var copy = self
    change(&copy)
    return copy
  }
}

/// Whether two names are the same: letter case, `_` and `-` do not count, so that `MaxConcurrency`
/// of a program that writes its fields so is `max_concurrency`.
func isSame(_ one: String, _ other: String) -> Bool {
  // Most of them differ at once.
  if let first = one.utf8.first, let second = other.utf8.first,
    (97...122).contains(first | 0x20), (97...122).contains(second | 0x20)
  {
    if first | 0x20 != second | 0x20 { return false }
  }
  var (one, other) = (one.utf8.makeIterator(), other.utf8.makeIterator())
  func next(_ name: inout String.UTF8View.Iterator) -> UInt8? {
    while let byte = name.next() {
      switch byte {
      case UInt8(ascii: "_"), UInt8(ascii: "-"): continue
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): return byte | 0x20
      default: return byte
      }
    }
    return nil
  }
  while true {
    let byte = next(&one)
    if byte != next(&other) { return false }
    if byte == nil { return true }
  }
}
