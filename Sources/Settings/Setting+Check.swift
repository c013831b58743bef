internal import Core
internal import Values

/// Why a value is not allowed: what is wrong, and what would be right.
struct Objection: Error {
  let text: String

  init(_ text: String) { self.text = text }

  init(_ wrong: String, _ setting: Setting) {
    text = "\(wrong); allowed is \(setting.kind.allowed)"
  }
}

extension Setting.Kind {
  /// What is allowed, to follow "allowed is".
  package var allowed: String {
    switch self {
    case .text, .secret: "a text"
    case .path: "the path of a file or folder"
    case .url: "a URL such as https://host:port"
    case .address: "host:port"
    case .span: "a length of time such as 500ms, 5m or 1h30m"
    case .size: "a number of bytes such as 4096, 64k or 2GiB"
    case .hours: Hours.noun
    case .flag: "true or false"
    case .integer(let range):
      range.upperBound == .max
        ? "an integer from \(range.lowerBound)"
        : "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      range.upperBound == .infinity
        ? "a number from \(TomlText.plain(range.lowerBound))"
        : "a number from \(TomlText.plain(range.lowerBound)) to "
          + TomlText.plain(range.upperBound)
    case .choice(let choices): Setting.enumeration(choices.map(\.word))
    case .reference(let section): "the id of one of [[\(section)]]"
    case .list(.choice(let choices)):
      "a list of any of \(choices.map(\.word).joined(separator: ", "))"
    case .list(.path): "a list of paths"
    case .list: "a list of texts"
    }
  }
}

extension Setting {
  static func enumeration(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  /// The typed value of what a file says.
  func value(of content: Toml.Content) throws(Objection) -> Configuration.Value {
    switch (kind, content) {
    case (.secret, .text(let text)):
      // What is wrong with a secret is said without it.
      if !text.isEmpty, text != Secret.shown, let reason = objection?(text) {
        throw Objection(reason)
      }
      return .secret(Secret(Array(text.utf8)))
    case (.flag, .flag(let flag)):
      return .flag(flag)
    case (.integer(let range), .integer(let number)):
      guard range.contains(number) else { throw Objection("\(number) is out of range", self) }
      return .integer(number)
    case (.number, .integer(let number)):
      return try value(of: .number(Double(number)))
    case (.number(let range), .number(let number)):
      guard range.contains(number) else {
        throw Objection("\(TomlText.plain(number)) is out of range", self)
      }
      return .number(number)
    case (.list(let kind), .array(let items)):
      return .list(try list(of: kind, items))
    case (.text, .text), (.path, .text), (.url, .text), (.address, .text), (.span, .text),
      (.size, .text), (.hours, .text), (.choice, .text), (.reference, .text):
      return try checked(content)
    default:
      throw Objection("this is \(content.noun)", self)
    }
  }

  /// The typed value of what an environment variable says.
  func value(ofVariable text: String) throws(Objection) -> Configuration.Value {
    switch kind {
    case .list: throw Objection("a list cannot be set by a variable", self)
    case .flag:
      let flags = ["true": true, "1": true, "false": false, "0": false]
      guard let flag = flags[text.lowercased()] else { throw Objection("this is no flag", self) }
      return .flag(flag)
    case .integer:
      guard let number = Int(text) else { throw Objection("this is no integer", self) }
      return try value(of: .integer(number))
    case .number:
      guard let number = Double(text) else { throw Objection("this is no number", self) }
      return try value(of: .number(number))
    default:
      return try value(of: .text(text))
    }
  }

  private func list(of kind: Kind, _ items: [Toml]) throws(Objection) -> [String] {
    let one = Setting(name, kind, help)
    var texts: [String] = []
    for item in items {
      do throws(Objection) {
        guard case .text(let text) = try one.value(of: item.content) else { continue }
        texts.append(text)
      } catch {
        let wrong =
          item.content.noun == "a text"
          ? "an item is not allowed" : "an item is \(item.content.noun)"
        throw Objection(wrong, self)
      }
    }
    return texts
  }

  private func checked(_ content: Toml.Content) throws(Objection) -> Configuration.Value {
    guard case .text(let text) = content else { throw Objection("this is no text", self) }
    if isRequired && text.isEmpty { throw Objection("this is empty", self) }
    if let reason = objection?(text) { throw Objection(reason) }
    if mustHoldNoLogin, Setting.holdsLogin(text) {
      throw Objection("an address holds no login before its host: that has keys of its own")
    }
    switch kind {
    case .path where text.utf8.contains(0):
      throw Objection("a NUL cannot be in a path", self)
    case .url where !Setting.isURL(text):
      throw Objection("this is no URL", self)
    case .address where !Setting.isAddress(text):
      throw Objection("this is no address with a port", self)
    case .span where Span(text: text) == nil:
      throw Objection("\(Setting.quoted(text)) is no length of time", self)
    case .size where Size(text: text) == nil:
      throw Objection("\(Setting.quoted(text)) is no number of bytes", self)
    case .hours where Hours(text: text) == nil:
      throw Objection("\(Setting.quoted(text)) are no hours", self)
    case .choice(let choices):
      let found = choices.first { choice in
        ([choice.word] + choice.synonyms).contains { isSame($0, text) }
      }
      guard let found else { throw Objection("\(Setting.quoted(text)) is unknown", self) }
      return .text(found.word)
    default: break
    }
    return .text(text)
  }

  /// Addresses of databases have rules of their own.
  private var mustHoldNoLogin: Bool {
    if case .url = kind { return true }
    return isLocated
  }

  /// Whether an address names somebody before its host, who may have a password there. Whoever is
  /// shown the address would see it.
  private static func holdsLogin(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[colon...].starts(with: "://".utf8)
    else { return false }
    return bytes[colon...].dropFirst(3).prefix { !"/?#".utf8.contains($0) }
      .contains(UInt8(ascii: "@"))
  }

  static func isURL(_ text: String) -> Bool {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
      text[colon...].hasPrefix("://")
    else { return false }
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    return isPlain && text[colon...].utf8.count > 3
  }

  static func isAddress(_ text: String) -> Bool {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
      let port = Int(text[text.utf8.index(after: colon)...])
    else { return false }
    return (0...65_535).contains(port) && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
  }

  /// A value in a message, cut short.
  static func quoted(_ text: String) -> String {
    let shown = Path.visible(text.utf8)
    return "\"" + (shown.count > 40 ? shown.prefix(40) + "..." : shown) + "\""
  }
}

extension Toml.Content {
  var noun: String {
    switch self {
    case .text: "a text"
    case .integer: "an integer"
    case .number: "a number with a fraction"
    case .flag: "a flag"
    case .moment: "a date"
    case .array: "a list"
    case .table: "a table"
    }
  }
}
