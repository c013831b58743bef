internal import CToml

/// A TOML document as a tree that knows where each of its parts stands.
package struct Toml: Equatable, Sendable {
  package struct Place: Equatable, Comparable, Sendable {
    package var line: Int
    package var column: Int

    package static func < (one: Place, other: Place) -> Bool {
      (one.line, one.column) < (other.line, other.column)
    }
  }

  package enum Content: Equatable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
    /// A date, a time or both, as TOML writes it.
    case moment(String)
    case array([Toml])
    case table([Member])
  }

  package struct Member: Equatable, Sendable {
    package let name: String
    package let place: Place
    package let value: Toml
  }

  /// Its rank in the document, by which readers remember what they have seen.
  package let rank: Int
  package let place: Place
  package let content: Content

  package var members: [Member] {
    if case .table(let members) = content { members } else { [] }
  }

  /// Why bytes are not a document, and where; never with a text out of the document, which may
  /// hold a secret.
  package struct Flaw: Error, Equatable, Sendable {
    package let place: Place
    package let reason: String
  }

  /// Parses any bytes.
  package init(_ bytes: [UInt8]) throws(Flaw) {
    let found = Found()
    var error = s4l_toml_error()
    let status = bytes.withUnsafeBytes { bytes in
      s4l_toml_parse(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
        Unmanaged.passUnretained(found).toOpaque(), Found.visit, &error)
    }
    guard status == 0 else { throw Flaw(error) }
    var rest = found.nodes[...]
    self.init(
      rank: 0, place: Place(line: 1, column: 1),
      content: .table(Toml.members(at: 1, from: &rest)))
  }

  private init(rank: Int, place: Place, content: Content) {
    self.rank = rank
    self.place = place
    self.content = content
  }
}

/// The nodes of a document as the parser tells them, containers before what they hold.
private final class Found {
  struct Node {
    var depth: Int
    var name: String
    var namePlace: Toml.Place
    var place: Toml.Place
    var content: Toml.Content
  }

  var nodes: [Node] = []

  static let visit: s4l_toml_visit = { context, node in
    guard let context, let node else { return }
    Unmanaged<Found>.fromOpaque(context).takeUnretainedValue().add(node.pointee)
  }

  private func add(_ node: s4l_toml_node) {
    nodes.append(
      Node(
        depth: Int(node.depth), name: text(node.key, node.key_length),
        namePlace: Toml.Place(line: Int(node.key_line), column: Int(node.key_column)),
        place: Toml.Place(line: Int(node.line), column: Int(node.column)),
        content: content(node)))
  }

  private func content(_ node: s4l_toml_node) -> Toml.Content {
    switch UInt32(node.kind) {
    case S4L_TOML_TEXT.rawValue: .text(text(node.text, node.text_length))
    case S4L_TOML_INTEGER.rawValue: .integer(Int(node.integer))
    case S4L_TOML_NUMBER.rawValue: .number(node.number)
    case S4L_TOML_FLAG.rawValue: .flag(node.integer != 0)
    case S4L_TOML_MOMENT.rawValue: .moment(text(node.text, node.text_length))
    case S4L_TOML_ARRAY.rawValue: .array([])
    default: .table([])
    }
  }

  /// The parser admits only UTF-8, so nothing is repaired here.
  private func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }
}

/// From the flat list to the tree.
extension Toml {
  private static func members(at depth: Int, from rest: inout ArraySlice<Found.Node>) -> [Member] {
    var members: [Member] = []
    while let node = rest.first, node.depth == depth {
      members.append(
        Member(name: node.name, place: node.namePlace, value: value(node, from: &rest)))
    }
    return members.sorted { $0.place < $1.place }
  }

  private static func value(_ node: Found.Node, from rest: inout ArraySlice<Found.Node>) -> Toml {
    let rank = rest.startIndex + 1
    rest = rest.dropFirst()
    let content: Content =
      switch node.content {
      case .table: .table(members(at: node.depth + 1, from: &rest))
      case .array: .array(items(at: node.depth + 1, from: &rest))
      case let scalar: scalar
      }
    return Toml(rank: rank, place: node.place, content: content)
  }

  private static func items(at depth: Int, from rest: inout ArraySlice<Found.Node>) -> [Toml] {
    var items: [Toml] = []
    while let node = rest.first, node.depth == depth {
      items.append(value(node, from: &rest))
    }
    return items
  }
}

extension Toml.Flaw {
  fileprivate init(_ error: s4l_toml_error) {
    let message = withUnsafeBytes(of: error.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    self.init(
      place: Toml.Place(line: Int(error.line), column: Int(error.column)),
      reason: Toml.Flaw.discreet(message))
  }

  /// The parser's message in our form and without what it quotes of the document.
  static func discreet(_ message: String) -> String {
    let start = "Error while parsing "
    var text = message.hasPrefix(start) ? "in a " + message.dropFirst(start.count) : message
    if let seen = text.indices.first(where: { text[$0...].hasPrefix(", saw") }) {
      text.removeSubrange(seen...)
    }
    var out = ""
    var isQuoted = false
    for part in text.split(separator: "'", omittingEmptySubsequences: false) {
      let isHarmless = part.utf8.count <= 2 || out.hasSuffix("expected ")
      if !isQuoted { out += part } else if isHarmless { out += "'\(part)'" }
      isQuoted.toggle()
    }
    if let bound = out.indices.first(where: { out[$0...].hasPrefix(" (TOML_") }) {
      out.removeSubrange(bound...)
    }
    while out.hasSuffix(" ") { out.removeLast() }
    return out
  }
}
